using System.Diagnostics;
using System.Globalization;
using Elbow.Cli.Tests.Support;

namespace Elbow.Cli.Tests;

/// <summary>Training that is interrupted or killed continues as if nothing had happened, bit for bit.</summary>
public sealed class StoppedTrainingTests : IDisposable
{
    private const int Epochs = 30;
    private static readonly string[] Train = ["train", "tiny.json", "--set", $"training.epochs={Epochs}", "--set", "training.logEvery=5", "--out"];
    private readonly Workspace at = new();

    public StoppedTrainingTests() => at.Write("tiny.json", Configs.Digits);

    public void Dispose() => at.Dispose();

    [Theory]
    [InlineData(ElbowProcess.SigInt)]
    [InlineData(ElbowProcess.SigHup)]
    [InlineData(ElbowProcess.SigTerm, ElbowProcess.SigHup)]
    public void Train_AskedToStop_SavesAndResumesBitForBit(params int[] signals)
    {
        var whole = at.At(ElbowProcess.Run(at, [.. Train, "whole"]).MustSucceed().OutLines[^1]);
        var (run, interrupted) = Interrupted(signals, 0);

        Assert.Equal(130, interrupted.ExitCode);
        Assert.Equal(run, at.At(interrupted.OutLines[^1]));
        Assert.Contains($"continue with: elbow resume {interrupted.OutLines[^1]}", interrupted.Err);
        Assert.InRange(Runs.Epochs(run).Count, 3, Epochs - 1);

        ElbowProcess.Run(at, "resume", run).MustSucceed();

        MustEqual(whole, run);
    }

    // On a busy machine training can be through before the signal reaches it: then it is tried again.
    private (string Run, Outcome Outcome) Interrupted(int[] signals, int attempt)
    {
        var store = $"stopped{attempt}";
        using var trainer = ElbowProcess.Start(at, [.. Train, store]);
        var run = Runs.WaitForEpochs(at.At(store), 3, trainer);
        // Two of one kind would become one while the first waits.
        foreach (var signal in signals) trainer.Signal(signal);
        var outcome = trainer.Wait();
        return outcome.ExitCode == 0 && attempt < 3 ? Interrupted(signals, attempt + 1) : (run, outcome);
    }

    [Fact]
    public void Train_KilledAtRandomMoments_ResumesBitForBit()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("ELBOW_KILLS") ?? "8", CultureInfo.InvariantCulture);
        var watch = Stopwatch.StartNew();
        var whole = at.At(ElbowProcess.Run(at, [.. Train, "whole"]).MustSucceed().OutLines[^1]);
        var length = watch.Elapsed;
        var random = new Random(20_24);
        string? run = null;
        for (var (killed, stores) = (0, 0); killed < kills;)
        {
            var store = $"killed-{stores}";
            using var trainer = ElbowProcess.Start(at, run is null ? [.. Train, store] : ["resume", run]);
            trainer.EndsWithin(random.NextDouble() * length);
            trainer.Signal(ElbowProcess.SigKill);
            var outcome = trainer.Wait();
            // It may have come to its end before the signal came to it.
            if (outcome.ExitCode == 0)
            {
                MustEqual(whole, run ?? Directory.GetDirectories(at.At(store)).Single());
                (run, stores) = (null, stores + 1);
                continue;
            }
            Assert.True(outcome.ExitCode == 128 + ElbowProcess.SigKill, outcome.Err);
            killed++;
            if (run is null)
            {
                // Killed before the folder was complete there is no run yet, and nothing to resume.
                run = Directory.Exists(at.At(store)) ? Directory.GetDirectories(at.At(store)).SingleOrDefault(folder => File.Exists(Path.Combine(folder, "environment.json"))) : null;
                if (run is null) stores++;
            }
            if (run is not null) Runs.MustBeReadable(run);
        }
        if (run is null) return;
        ElbowProcess.Run(at, "resume", run).MustSucceed();
        MustEqual(whole, run);
    }

    private static void MustEqual(string whole, string run)
    {
        Runs.MustBeReadable(run);
        Assert.Equal(Enumerable.Range(1, Epochs), Runs.Epochs(run));
        foreach (var file in new[] { "last/model.safetensors", "last/optimizer.safetensors", "best/model.safetensors" })
        {
            Assert.Equal(Workspace.Sha256(Path.Combine(whole, "checkpoints", file)), Workspace.Sha256(Path.Combine(run, "checkpoints", file)));
        }
    }
}
