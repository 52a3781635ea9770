/** The fields of a document the page reads, and how facets are shown; names as in indexer/document.py. */

import { SEARCHED, SEPARATOR } from "./contract";

type Name = keyof typeof SEARCHED;

/** One facet: its name in the address, the attribute in the index, and how it is shown.
 *
 * levels: attributes of a hierarchy; the page treats the tree as one facet named `attribute`, so that
 *   choices at any level join by OR.
 */
export interface Facet extends Look {
  name: Name;
  attribute: string;
  levels?: readonly string[];
}

interface Look {
  searchable?: boolean;
  open?: boolean;
}

// in the order in which they are shown
const LOOKS: Record<Name, Look> = {
  topic: { open: true },
  region: { open: true },
  source: { searchable: true, open: true },
  company: { searchable: true },
  language: { open: true },
  access: {},
  stage: {},
};

export const FACETS: Facet[] = (Object.keys(LOOKS) as Name[]).map((name) => ({
  name,
  ...SEARCHED[name],
  ...LOOKS[name],
}));

export const SHOWN = [
  "id",
  "url",
  "title",
  "summary",
  "source",
  "source_name",
  "source_country",
  "publisher",
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
  publisher?: string | null;
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
