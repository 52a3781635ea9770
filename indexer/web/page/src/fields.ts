/** The fields of a document the page reads, and the facets made of them; names as in indexer/document.py. */

export const SEPARATOR = " > ";

/** One facet: its name in the address, the attribute in the index, and how it is shown.
 *
 * levels: attributes of a hierarchy; the page treats the tree as one facet named `attribute`, so that
 *   choices at any level join by OR.
 */
export interface Facet {
  name: "topic" | "region" | "source" | "language" | "company" | "access" | "stage";
  attribute: string;
  levels?: string[];
  searchable?: boolean;
  open?: boolean;
}

export const FACETS: Facet[] = [
  { name: "topic", attribute: "topics", levels: ["topics.lvl0", "topics.lvl1"], open: true },
  {
    name: "region",
    attribute: "regions",
    levels: ["regions.lvl0", "regions.lvl1", "regions.lvl2"],
    open: true,
  },
  { name: "source", attribute: "source_name", searchable: true, open: true },
  { name: "company", attribute: "companies", searchable: true },
  { name: "language", attribute: "language", open: true },
  { name: "access", attribute: "access" },
  { name: "stage", attribute: "funding_stage" },
];

export const TIME = "published_at";
export const DAY = "published_day";
export const FUNDING = "funding_usd";

export const SHOWN = [
  "id",
  "url",
  "title",
  "summary",
  "source",
  "source_name",
  "source_country",
  "authors",
  "language",
  "published_at",
  "published",
  "topics",
  "regions",
  "companies",
  "funding",
  "image",
  "story_id",
  "outlets",
  "access",
];

type Marked = { value: string };

export interface Hit {
  id: string;
  url: string;
  title: string;
  summary: string;
  source: string;
  source_name: string;
  source_country: string | null;
  authors: string[];
  language: string | null;
  published_at: number | null;
  published: { raw?: string; precision?: string; source?: string; offset_minutes?: number | null } | null;
  topics: Record<string, string[]>;
  regions: Record<string, string[]>;
  companies: string[];
  funding: { company?: string; amount?: number; currency?: string; stage?: string } | null;
  image: string | null;
  story_id: string;
  outlets: number;
  access: string;
  _highlightResult?: { title?: Marked; summary?: Marked; text?: Marked };
}

/** The last step of "East Asia > China > Hangzhou". */
export function lastStep(path: string): string {
  return path.split(SEPARATOR).at(-1)!;
}

/** The deepest paths of a hierarchy: an ancestor is left out when a descendant is there. */
export function deepest(levels: Record<string, string[]> | null | undefined): string[] {
  const all = Object.values(levels ?? {}).flat();
  return all.filter((path) => !all.some((other) => other.startsWith(path + SEPARATOR)));
}
