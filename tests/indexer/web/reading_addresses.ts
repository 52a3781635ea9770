// Reads addresses as the page does, for test_addresses.py: JSON lines in, JSON lines out.

import { feedAddress, fromRoute, toRoute } from "../../../indexer/web/page/src/address";
import { filtersOf } from "../../../indexer/web/page/src/filters";

export function read(address: string): unknown {
  const search = fromRoute([...new URLSearchParams(address)]);
  return {
    search,
    filter: filtersOf(search),
    address: new URLSearchParams(toRoute(search)).toString(),
    feed: feedAddress(search),
  };
}
