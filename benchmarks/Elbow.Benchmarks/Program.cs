using BenchmarkDotNet.Running;
using Elbow.Benchmarks;

// step|epoch|nll MODEL: our side of benchmarks/peers/compare.py. Anything else goes to BenchmarkDotNet (--filter, --list).
switch (args)
{
    case ["step", var model]:
        StepBenchmark.Run(model);
        break;
    case ["epoch", var model]:
        EpochBenchmark.Run(model);
        break;
    case ["nll", var model, ..]:
        NllBenchmark.Run(model, args.Length > 2 ? int.Parse(args[2]) : 1000, args.Length > 3 ? int.Parse(args[3]) : 10_000);
        break;
    case ["leak", var model]:
        LeakCheck.Run(model);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
