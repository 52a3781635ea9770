"""What the engine keeps of an index: its documents, settings, layout, words, and files.

`state.load` opens an index for reading, `changes.Changes` gathers what a batch changes, and
`index_writer.IndexWriter` writes that. What all of the engine needs stands here too, since this is
its lowest package: `errors`, `clock`, `json_text`, `machine`, `memory`.
"""
