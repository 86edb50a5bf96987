// The live-tensor count, the grad mode and the threads belong to the process: tests that look at them run one after another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
