/** The search client: instant-meilisearch, with the page's trees, days and stories put into its words.
 *
 * InstantSearch knows one facet `topics`; the index has `topics.lvl0` and `topics.lvl1`. Requests and
 * answers are translated here, so a choice of any level is one OR and counts stay right. Days work
 * the same way: the page filters by `published_at` and counts by `published_day`.
 */

import { instantMeiliSearch } from "@meilisearch/instant-meilisearch";
import { ALL_COPIES, DAY, NEWEST_FIRST, SEPARATOR, STORY, TIME } from "./contract";
import { FACETS } from "./fields";
import { firstDrawnDay } from "./when";

export const INDEX =
  document.querySelector<HTMLMetaElement>('meta[name="techwire-index"]')?.content ?? "news";
export const API = new URL("api", document.baseURI).href;

const AGAIN_MS = 4000;
const STORIES = "~stories"; // mark on an index name: one hit per story, see `post`
const LEVELS = new Map(FACETS.flatMap(({ attribute, levels }) => (levels ? [[attribute, levels]] : [])));

type Params = Record<string, any>;
type Request = { indexName: string; params?: Params };

export class SearchFailed extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly status = 503,
  ) {
    super(message);
  }
}

/** Listeners hear of every failed or answered request; InstantSearch itself keeps failures quiet. */
export const events = new EventTarget();

/** Asks the page's server; an error comes as SearchFailed with the server's own words. */
export async function post(path: string, body: unknown): Promise<any> {
  let response: Response;
  try {
    response = await fetch(`${API}/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new SearchFailed("", "page_server_down");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new SearchFailed(String(answer.message ?? ""), String(answer.code ?? "unknown"), response.status);
}

async function fetchForClient(url: string | URL | globalThis.Request, init?: RequestInit): Promise<any> {
  const path = String(url).slice(API.length + 1);
  const body = JSON.parse(String(init?.body ?? "{}"));
  if (path !== "multi-search") {
    const { facetName, facetQuery, q, filter } = body;
    return post(path.replace(STORIES, ""), { facetName, facetQuery, q, filter });
  }
  // instant-meilisearch asks for all facets of the whole index first; the page has no use for them.
  if (body.queries.every((query: Params) => !query.attributesToHighlight)) {
    return { results: body.queries.map((query: Params) => ({ ...query, hits: [] })) };
  }
  try {
    const queries: Params[][] = body.queries.map(toServerQueries);
    const { results } = await post(path, { queries: queries.flat() });
    events.dispatchEvent(new CustomEvent("answered", { detail: results[0]?.understood }));
    return { results: queries.map((parts) => joined(results.splice(0, parts.length))) };
  } catch (error) {
    lastFailure = error as SearchFailed;
    events.dispatchEvent(new CustomEvent("failed", { detail: error }));
    throw error;
  }
}

let lastFailure: SearchFailed | undefined; // instant-meilisearch passes its words on, not the error
let newest: Promise<any> | undefined;

/** Asks again until there is an answer: InstantSearch would take a failure as a reason to go back to the
 * search before, and the reader's words would be gone. A search nobody waits for any more gets the
 * answer of the newest one, which InstantSearch drops. */
async function untilAnswered(requests: readonly Request[]): Promise<any> {
  const isNewest = (): boolean => newest === mine;
  const attempt = async (): Promise<any> => {
    for (;;) {
      try {
        return await meilisearch.search(requests.map(toServer) as any);
      } catch (error) {
        const status = lastFailure?.status ?? 503;
        if (status < 500 && lastFailure?.code !== "index_not_found") throw error; // asking again is no use
        await new Promise((resume) => setTimeout(resume, AGAIN_MS));
        if (!isNewest()) return newest;
      }
    }
  };
  const mine = attempt();
  newest = mine;
  return mine;
}

/** Hits and counts are asked for apart: with one hit per story a server's counts would mix stories and
 * articles; apart they always mean articles. */
function toServerQueries(query: Params): Params[] {
  const { indexUid, ...rest } = query;
  const uid = String(indexUid).replace(STORIES, "");
  if (!rest.hitsPerPage) {
    return counting(uid, rest); // asked for its counts only
  }
  // Without words every document is equally relevant: newest first.
  const sort = rest.q || rest.sort ? rest.sort : [NEWEST_FIRST];
  const withoutText = rest.q ? {} : { attributesToCrop: ["summary:48"], attributesToHighlight: ["title"] };
  // By `id` every copy stays, also where the index's settings say otherwise.
  const distinct = uid === indexUid ? "id" : STORY;
  return [
    { indexUid: uid, ...rest, ...withoutText, facets: [], distinct, sort },
    ...counting(uid, rest),
  ];
}

/** Queries for counts; those of days reach no further back than is drawn, since a server lists only so
 * many values of a facet. */
function counting(indexUid: string, { q, filter = [], facets }: Params): Params[] {
  const others = facets.filter((facet: string) => facet !== DAY);
  const drawn = [...filter, `${DAY} >= ${firstDrawnDay()}`];
  return [
    ...(others.length ? [{ indexUid, q, filter, facets: others, limit: 0 }] : []),
    ...(others.length < facets.length ? [{ indexUid, q, filter: drawn, facets: [DAY], limit: 0 }] : []),
  ];
}

/** One answer of its parts: hits from the first, counts from all. */
function joined(parts: Params[]): Params {
  const counts = parts.map(({ facetDistribution }) => facetDistribution);
  return { ...parts[0], facetDistribution: Object.assign({}, ...counts) };
}

const { searchClient: meilisearch } = instantMeiliSearch(API, "", {
  finitePagination: true,
  httpClient: fetchForClient,
  primaryKey: "id",
});

export const searchClient = {
  clearCache: () => meilisearch.clearCache(),
  async search(requests: readonly Request[]): Promise<any> {
    const { results } = await untilAnswered(requests);
    return { results: results.map((result: any) => ({ ...result, facets: fromServer(result.facets ?? {}) })) };
  },
  searchForFacetValues: (requests: readonly Request[]): Promise<any> =>
    (meilisearch as any).searchForFacetValues(requests.map(toServer)),
};

function toServer({ indexName, params = {} }: Request): Request {
  const { when: _when, usd: _usd, copies, view: _view, facets, facetFilters, ...rest } = params;
  const name = copies === ALL_COPIES ? indexName : indexName.replace(/^[^:]+/, `$&${STORIES}`);
  const asked: Params = { ...rest, facets: [facets ?? []].flat().flatMap(toServerFacet) };
  if (facetFilters) {
    asked.facetFilters = facetFilters.map((some: string | string[]) =>
      Array.isArray(some) ? some.map(toServerFilter) : toServerFilter(some),
    );
  }
  return { indexName: name, params: asked };
}

function toServerFacet(facet: string): readonly string[] {
  return facet === TIME ? [DAY] : (LEVELS.get(facet) ?? [facet]);
}

/** "regions:East Asia > China" becomes "regions.lvl1:East Asia > China". */
export function toServerFilter(filter: string): string {
  const colon = filter.indexOf(":");
  const attribute = filter.slice(0, colon);
  const value = filter.slice(colon + 1).replace(/^\\-/, "-"); // algoliasearch-helper's own escape
  const levels = LEVELS.get(attribute);
  const level = levels?.[value.split(SEPARATOR).length - 1];
  return `${level ?? attribute}:${value}`;
}

function fromServer(facets: Record<string, Record<string, number>>): typeof facets {
  const merged: typeof facets = { ...facets };
  for (const [attribute, levels] of LEVELS) {
    if (!levels.some((level) => level in facets)) continue;
    merged[attribute] = Object.assign({}, ...levels.map((level) => facets[level] ?? {}));
    for (const level of levels) delete merged[level];
  }
  if (DAY in facets) {
    merged[TIME] = facets[DAY];
    delete merged[DAY];
  }
  return merged;
}
