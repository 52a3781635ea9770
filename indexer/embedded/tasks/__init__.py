"""The engine on one data folder, and what it does in order: its tasks.

`engine.Engine` holds everything of the folder. `queue.Tasks` records the tasks, the thread of
`worker.Worker` does them as `operations` says, and `recovery` repairs what a crash left behind.
"""
