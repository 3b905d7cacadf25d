"""Where chunks run: in one process, or on Apache Spark. Both call `chunk.work` and nothing else."""
