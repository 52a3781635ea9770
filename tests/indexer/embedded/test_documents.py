"""Documents in the index: replaced, updated and deleted ones leave nothing behind."""

from tests.indexer.embedded.engines import Server


def total(server: Server, uid: str, q: str = "") -> int:
    answer = server.http.post(f"/indexes/{uid}/search", json={"q": q, "page": 1})
    found: int = answer.json()["totalHits"]
    return found


def test_a_replaced_document_is_found_by_its_new_words_alone(server: Server) -> None:
    for title in ("before", "between", "after"):
        server.done(server.http.post("/indexes/r/documents", json=[{"id": 1, "title": title}]))

    assert [total(server, "r", word) for word in ("before ", "between ", "after ")] == [0, 0, 1]
    assert total(server, "r") == 1
    assert server.http.get("/indexes/r/stats").json()["numberOfDocuments"] == 1


def test_an_updated_document_keeps_its_other_attributes(server: Server) -> None:
    server.done(server.http.post("/indexes/u/documents", json=[{"id": 1, "a": "one", "b": "two"}]))
    server.done(server.http.put("/indexes/u/documents", json=[{"id": 1, "b": "three"}]))

    assert server.http.get("/indexes/u/documents/1").json() == {"id": 1, "a": "one", "b": "three"}
    assert [total(server, "u", word) for word in ("one ", "two ", "three ")] == [1, 0, 1]


def test_deleted_documents_are_found_no_more(server: Server) -> None:
    wanted = {"filterableAttributes": ["kind"]}
    server.done(server.http.patch("/indexes/d/settings", json=wanted))
    documents = [{"id": at, "kind": "even" if at % 2 == 0 else "odd"} for at in range(10)]
    server.done(server.http.post("/indexes/d/documents", json=documents))

    server.done(server.http.delete("/indexes/d/documents/1"))
    server.done(server.http.post("/indexes/d/documents/delete-batch", json=[3, "5", 99]))
    assert sorted(server.ids("d")) == [0, 2, 4, 6, 7, 8, 9]

    task = server.done(
        server.http.post("/indexes/d/documents/delete", json={"filter": "kind = even"})
    )
    assert task["details"]["deletedDocuments"] == 5
    assert sorted(server.ids("d")) == [7, 9]

    server.done(server.http.delete("/indexes/d/documents"))
    assert total(server, "d") == 0
    server.done(server.http.post("/indexes/d/documents", json=[{"id": 1, "kind": "odd"}]))
    assert server.ids("d", filter="kind = odd") == [1]


def test_one_wrong_document_fails_its_task_and_no_other(server: Server) -> None:
    good = server.http.post("/indexes/w/documents?primaryKey=id", json=[{"id": 1}])
    bad = server.http.post("/indexes/w/documents", json=[{"id": 2}, {"id": "no good id"}])
    more = server.http.post("/indexes/w/documents", json=[{"id": 3}])

    assert server.done(bad)["error"]["code"] == "invalid_document_id"
    assert {server.done(good)["status"], server.done(more)["status"]} == {"succeeded"}
    assert sorted(server.ids("w")) == [1, 3]


def test_many_attributes_that_no_setting_named_are_all_searched(server: Server) -> None:
    documents = [{"id": at, f"field{at}": f"word{at}"} for at in range(60)]
    server.done(server.http.post("/indexes/wide/documents", json=documents))

    assert server.ids("wide", q='"word59"') == [59]
    assert total(server, "wide") == 60


def test_a_settings_change_keeps_every_document(server: Server) -> None:
    documents = [{"id": at, "title": "deep", "year": at} for at in range(200)]
    server.done(server.http.post("/indexes/s/documents", json=documents))
    server.done(server.http.put("/indexes/s/settings/sortable-attributes", json=["year"]))

    assert server.ids("s", sort=["year:desc"], limit=3) == [199, 198, 197]
    assert total(server, "s") == 200


def test_facet_counts_follow_the_documents_and_the_filter(server: Server) -> None:
    server.done(server.http.patch("/indexes/f/settings", json={"filterableAttributes": ["kind"]}))

    def counts(**asked: str) -> dict[str, int]:
        body = {"facets": ["kind"], **asked}
        answer = server.http.post("/indexes/f/search", json=body).json()
        found: dict[str, int] = answer["facetDistribution"]["kind"]
        return found

    for number in (1, 2):
        document = {"id": number, "kind": "odd" if number % 2 else "even", "title": "word"}
        server.done(server.http.post("/indexes/f/documents", json=[document]))
        assert sum(counts().values()) == sum(counts(q="word ").values()) == number

    assert counts(filter="kind = odd") == {"odd": 1}
    assert counts(filter="kind = even") == {"even": 1}
    assert counts(q="another ") == {}
