using Elbow.Cli.Tests.Support;

namespace Elbow.Cli.Tests;

/// <summary>Runs that are damaged, foreign or asked for what they have not: each is explained, and stays as it was.</summary>
public sealed class BadRunTests(TrainedRun trained)
{
    private static readonly string[] Resume = ["resume", "r", "--epochs", "3"];
    private static readonly string[] LastCheckpoint = ["evaluate", "r", "--checkpoint", "last"];

    private static readonly BadInput[] Table =
    [
        new("no run", ["evaluate", "nope"], ["there is no run folder"], ["check the path"]),
        new("a file", ["evaluate", "r/config.json"], ["is a file, not a run folder"], ["give the folder"]),
        new("a folder that is no run", ["evaluate", "r/samples"], ["config.json and environment.json missing"], ["elbow train"]),
        Damage("half-written weights, resume", Resume, "checkpoints/last/model.safetensors", 1000, "model.safetensors cannot be read: the file ends inside", "--checkpoint best"),
        Damage("half-written weights, evaluate", LastCheckpoint, "checkpoints/last/model.safetensors", 1000, "model.safetensors cannot be read", "--checkpoint best"),
        Damage("empty weights", LastCheckpoint, "checkpoints/last/model.safetensors", 0, "model.safetensors cannot be read", "--checkpoint best"),
        new("one changed bit", LastCheckpoint, ["model.safetensors cannot be read: its bytes are not those that were saved"], ["--checkpoint best"]) { Prepare = at => Flip(at.At("r", "checkpoints", "last", "model.safetensors")) },
        new("one changed bit of the optimiser's memory", Resume, ["optimizer.safetensors cannot be read: its bytes are not those that were saved"], ["--checkpoint best"]) { Prepare = at => Flip(at.At("r", "checkpoints", "last", "optimizer.safetensors")) },
        new("an empty path", ["evaluate", ""], ["RUN is empty"], ["variable of the shell"]),
        new("nothing to rank by", ["compare", "r", "--by", "foo"], ["--by foo: there is no such value; use elbo, entropy-sum"], ["elbow compare --help"]),
        Damage("half-written optimiser", Resume, "checkpoints/last/optimizer.safetensors", 900, "optimizer.safetensors cannot be read", "--checkpoint best"),
        Damage("half-written state", Resume, "checkpoints/last/state.json", 100, "state.json cannot be read", "--checkpoint best"),
        Damage("half-written configuration", ["evaluate", "r"], "config.json", 50, "config.json: not valid JSON", "correct the text"),
        Damage("half-written environment", ["evaluate", "r"], "environment.json", 50, "environment.json is damaged", "restore it"),
        Change("weights are text", LastCheckpoint, "checkpoints/last/model.safetensors", _ => "not a safetensors file at all", "model.safetensors cannot be read", "--checkpoint best"),
        Change("run of a newer format, evaluate", ["evaluate", "r"], "environment.json", text => text.Replace("\"format\": 1", "\"format\": 99", StringComparison.Ordinal), "written by a newer Elbow (run format 99", "update Elbow"),
        Change("run of a newer format, resume", Resume, "environment.json", text => text.Replace("\"format\": 1", "\"format\": 99", StringComparison.Ordinal), "written by a newer Elbow", "update Elbow"),
        Change("another model, evaluate", ["evaluate", "r"], "config.json", Wider, "'encoder.0.weight' is [32, 64], expected [33, 64]", "config.json was changed: restore it"),
        Change("another model, resume", Resume, "config.json", Wider, "'encoder.0.weight' is [32, 64], expected [33, 64]", "restore model"),
        Change("another optimiser, resume", Resume, "config.json", Sgd, "optimiser's memory is not that of the configuration", "restore training.optimizer"),
        Change("another optimiser of the same family, resume", Resume, "config.json", text => text.Replace("\"adam\"", "\"adamax\"", StringComparison.Ordinal), "it is of adam, expected adamax", "restore training.optimizer"),
        Change("other data", Resume, "config.json", text => text.Replace("\"digits\"", "\"optdigits\"", StringComparison.Ordinal), "the data of r have changed since it was trained", "train anew"),
        Change("damaged results", ["compare", "r"], "metrics.json", _ => "x", "metrics.json is damaged", "evaluate again"),
        new("no checkpoint", ["evaluate", "r"], ["has no checkpoint 'last'"], ["train it again"]) { Prepare = at => Directory.Delete(at.At("r", "checkpoints"), recursive: true) },
        new("optimiser lost", Resume, ["optimizer.safetensors cannot be read"], ["--checkpoint best"]) { Prepare = at => File.Delete(at.At("r", "checkpoints", "last", "optimizer.safetensors")) },
        new("unknown split", ["evaluate", "r", "--split", "tset"], ["there is no split 'tset'"], ["train, validation or test"]),
        new("unknown checkpoint", ["evaluate", "r", "--checkpoint", "epoch-7"], ["has no checkpoint 'epoch-7'"], ["best, last"]),
        new("checkpoint outside", ["evaluate", "r", "--checkpoint", "../../x"], ["'../../x' is not the name of a checkpoint"], ["last, best or epoch-N"]),
        new("resume from an unknown checkpoint", ["resume", "r", "--checkpoint", "epoch-7"], ["has no checkpoint 'epoch-7'"], ["best, last"]),
        new("resume to fewer epochs than are done", ["resume", "r", "--epochs", "1"], ["has trained 2 epochs already, 1 are asked for"], ["more than 2"]),
        new("no such row", ["interpolate", "r", "--out", "x.png", "--from", "0", "--to", "447"], ["--to 447: the test split has no such row"], ["0 to 446"]),
        new("no such latent", ["traverse", "r", "--out", "x.png", "--latents", "0,3"], ["no latent '3'"], ["0 to 2"]),
        new("unknown ending", ["sample", "r", "--out", "x.jpg"], ["ends in neither .png nor .npy nor .csv"], ["endings"]),
        new("no folder to write to", ["sample", "r", "--out", "no/x.png"], ["there is no folder"], ["mkdir -p"]),
        new("count out of range", ["sample", "r", "--out", "x.png", "--count", "0"], ["--count 0: use 1 to"], ["elbow sample --help"]),
        new("unknown prior", ["refit-prior", "r", "--prior", "mgo"], ["--prior mgo is neither a kind of prior nor a file; did you mean mog?"], ["standardNormal", "vamp"]),
        new("prior out of range", ["refit-prior", "r", "--prior", """{ "kind": "mog", "components": 0 }"""], ["components"], ["1 to 100000"]),
        new("prior that is no JSON", ["refit-prior", "r", "--prior", "{ mog"], ["--prior: not valid JSON"], ["correct the text"]),
        new("prior of another size", ["refit-prior", "r", "--prior", """{ "kind": "mixture", "means": [[0, 0], [1, 1]], "stds": [1] }"""], ["the prior does not fit the codes"], ["change its configuration"]),
        new("no prior", ["refit-prior", "r"], ["--prior"], ["elbow refit-prior --help"]),
        new("refit measured on no split", ["refit-prior", "r", "--prior", "mog", "--split", "tset"], ["there is no split 'tset'"], ["train, validation or test"]),
        new("too few draws for holes", ["anatomy", "r", "--holes", "5"], ["--holes 5: so few draws find nothing"], ["use 100 or more, or 0"]),
        new("pictures of holes that are not looked for", ["anatomy", "r", "--holes", "0", "--hole-pictures", "h.png"], ["--holes 0 looks for none"], ["leave out one"]),
        new("pictures of holes as numbers", ["anatomy", "r", "--hole-pictures", "h.npy"], ["h.npy is no .png"], ["choose this ending"]),
        new("weights of something else", ["import", "r/config.json", "r/checkpoints/best/optimizer.safetensors"], ["are not those of the configuration: missing: ", "; unknown: "], ["docs/export.md"]),
        new("weights that are none", ["import", "r/config.json", "r/config.json"], ["r/config.json cannot be read: the header claims"], ["safetensors"]),
        new("no weights", ["import", "r/config.json", "w.safetensors"], ["there is no file w.safetensors"], ["safetensors file"]),
        new("nothing to import", ["import", "r/config.json"], ["import needs CONFIG WEIGHTS"], ["elbow import --help"]),
        new("rows and JSON in one place", ["evaluate", "r", "--json", "-", "--csv", "-"], ["--json and --csv both write to stdout: give one of them a file"], ["elbow evaluate --help"]),
        new("result cannot be written", ["evaluate", "r", "--json", "no/x.json"], ["no/x.json cannot be written"], ["create the folder"]),
    ];

    public static TheoryData<string> Names => [.. Table.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_Bad_IsExplainedAndKept(string name)
    {
        using var at = new Workspace();
        at.Copy(trained.Path, "r");
        var row = Table.Single(row => row.Name == name);
        row.Prepare(at);
        var before = Workspace.Fingerprint(at.At("r"));

        (row with { Prepare = _ => { } }).Check(at);

        // A result that was measured but could not be written elsewhere is still in the run.
        Assert.Equal(before, Workspace.Fingerprint(at.At("r")).Where(file => row.Name != "result cannot be written" || file.Key is not ("metrics.json" or "scores/test-best.csv")).ToDictionary());
    }

    [Fact]
    public void Resume_FinishedRun_SaysThatNothingIsLeft()
    {
        using var at = new Workspace();
        at.Copy(trained.Path, "r");
        at.Copy(trained.Path, "r-early");
        var state = at.At("r-early", "checkpoints", "last", "state.json");
        File.WriteAllText(state, File.ReadAllText(state).Replace("\"waited\": 0", "\"waited\": 5", StringComparison.Ordinal));
        File.WriteAllText(at.At("r-early", "config.json"), File.ReadAllText(at.At("r-early", "config.json"))
            .Replace("\"earlyStopping\": null", "\"earlyStopping\": { \"patience\": 3 }", StringComparison.Ordinal));
        var before = Weights(at, "r");

        Assert.Contains("nothing is left to train: all 2 epochs are done; --epochs N", ElbowProcess.Run(at, "resume", "r").MustSucceed().Err);
        Assert.Contains("early stopping ended training after epoch 2", ElbowProcess.Run(at, "resume", "r-early", "--epochs", "5").MustSucceed().Err);

        Assert.Equal(before, Weights(at, "r"));
    }

    // On d.csv, whose column class holds letters.
    private static string TrainOnTable(Workspace at)
    {
        at.Write("c.json", Configs.Table);
        at.Write("d.csv", Configs.Rows());
        return ElbowProcess.Run(at, "train", "c.json", "--set", "data.labelColumn=class").MustSucceed().OutLines[^1];
    }

    [Fact]
    public void Evaluate_FromAnotherFolder_FindsTheTable()
    {
        using var at = new Workspace();
        var run = TrainOnTable(at);
        using var elsewhere = new Workspace();

        ElbowProcess.Run(elsewhere, "evaluate", at.At(run)).MustSucceed();
        ElbowProcess.Run(elsewhere, "resume", at.At(run), "--epochs", "2").MustSucceed();
    }

    [Fact]
    public void Resume_LeftoverOfAKilledSave_IsRemoved()
    {
        using var at = new Workspace();
        at.Copy(trained.Path, "r");
        at.Write("r/checkpoints/.last.new/model.safetensors", "half");

        ElbowProcess.Run(at, Resume).MustSucceed();

        Assert.False(Directory.Exists(at.At("r", "checkpoints", ".last.new")));
    }

    [Fact]
    public void Resume_DamagedLast_ContinuesFromBestAsIfNothingHadHappened()
    {
        using var at = new Workspace();
        at.Copy(trained.Path, "whole");
        at.Copy(trained.Path, "r");
        File.WriteAllText(at.At("r", "checkpoints", "last", "state.json"), "{");

        ElbowProcess.Run(at, "resume", "whole", "--epochs", "3").MustSucceed();
        ElbowProcess.Run(at, "resume", "r", "--epochs", "3", "--checkpoint", "best").MustSucceed();

        Assert.Equal(Weights(at, "whole"), Weights(at, "r"));
    }

    [Fact]
    public void Evaluate_DamagedResults_KeepsThemAsideAndSaysSo()
    {
        using var at = new Workspace();
        at.Copy(trained.Path, "r");
        at.Write("r/metrics.json", "x");

        var outcome = ElbowProcess.Run(at, "evaluate", "r").MustSucceed();

        Assert.Contains("metrics.json.broken-1", outcome.Err);
        Assert.Equal("x", File.ReadAllText(at.At("r", "metrics.json.broken-1")));
    }

    [Theory]
    [InlineData("0.5,0.5,x\n", "the data of")]
    [InlineData(null, "the data of")]
    public void Evaluate_ChangedTable_IsRefused(string? more, string what)
    {
        using var at = new Workspace();
        var run = TrainOnTable(at);
        at.Write("d.csv", more is null ? Configs.Rows().Replace("a,b,class", "a,b,class,d", StringComparison.Ordinal).Replace("x\n", "x,1\n", StringComparison.Ordinal).Replace("y\n", "y,2\n", StringComparison.Ordinal) : Configs.Rows() + more);

        new BadInput("changed", ["evaluate", run], [what, "have changed since it was trained"], ["train anew"]).Check(at);
    }

    [Fact]
    public void Sample_MovedTable_SaysHowToNameItsNewPlace()
    {
        using var at = new Workspace();
        var run = TrainOnTable(at);
        File.Move(at.At("d.csv"), at.At("moved.csv"));

        foreach (var command in new string[][] { ["sample", run, "--out", "s.csv"], ["resume", run, "--epochs", "9"] })
        {
            new BadInput("moved", command, ["d.csv: the data of", "are not there"], ["data.path of", "config.json"]).Check(at);
        }

        at.Write($"{run}/config.json", File.ReadAllText(at.At(run, "config.json")).Replace("d.csv", "moved.csv", StringComparison.Ordinal));
        ElbowProcess.Run(at, "sample", run, "--out", "s.csv").MustSucceed();
        ElbowProcess.Run(at, "resume", run, "--epochs", "9").MustSucceed();
    }

    [Fact]
    public void Sample_PictureOfVectors_IsRefused()
    {
        using var at = new Workspace();
        var run = TrainOnTable(at);

        new BadInput("vectors", ["sample", run, "--out", "x.png"], ["vectors of 2 numbers, which have no picture"], ["x.npy or x.csv"]).Check(at);
    }

    [Fact]
    public void Evaluate_SplitWithoutRows_IsRefused()
    {
        using var at = new Workspace();
        at.Write("c.json", Configs.Table);
        at.Write("d.csv", Configs.Rows());
        var run = ElbowProcess.Run(at, "train", "c.json", "--set", "data.labelColumn=class", "--set", "data.test=0").MustSucceed().OutLines[^1];

        new BadInput("no test rows", ["evaluate", run], ["held out no test data"], ["--split train"]).Check(at);
    }

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^9] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static string Weights(Workspace at, string run) => Workspace.Sha256(at.At(run, "checkpoints", "last", "model.safetensors"));

    private static string Wider(string config) => config.Replace("[32]", "[33]", StringComparison.Ordinal);

    private static string Sgd(string config) => string.Join('\n', config.Replace("\"adam\"", "\"sgd\"", StringComparison.Ordinal).Split('\n')
        .Where(line => !line.Contains("\"beta1\"", StringComparison.Ordinal) && !line.Contains("\"beta2\"", StringComparison.Ordinal) && !line.Contains("\"eps\"", StringComparison.Ordinal)));

    private static BadInput Damage(string name, string[] arguments, string file, long length, string what, string mend) => new(name, arguments, [what], [mend])
    {
        Prepare = at =>
        {
            using var stream = File.OpenWrite(at.At("r", file));
            stream.SetLength(length);
        },
    };

    private static BadInput Change(string name, string[] arguments, string file, Func<string, string> change, string what, string mend) => new(name, arguments, [what], [mend])
    {
        Prepare = at =>
        {
            var path = at.At("r", file);
            File.WriteAllText(path, change(File.Exists(path) ? File.ReadAllText(path) : ""));
        },
    };
}
