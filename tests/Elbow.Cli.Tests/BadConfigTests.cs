using Elbow.Cli.Tests.Support;

namespace Elbow.Cli.Tests;

/// <summary>Configurations and command lines that cannot be obeyed.</summary>
public sealed class BadConfigTests
{
    private const string Everything = """
        { "data": { "kind": "digits", "kind": "mnist" }, "modle": 3,
          "model": { "latentDim": 0, "encoder": { "kind": "mlpp" }, "decoder": { "kind": "mlp" }, "likelihood": { "kind": "normal" } },
          "objective": { "kind": "elbo", "beta": "x" } }
        """;

    private static readonly BadInput[] Table =
    [
        new("every mistake at once", ["train", "all.json"],
            ["data.kind: this key is given more than once", "modle: there is no such key; did you mean \"model\"?", "model.latentDim: 0 is out of range", "there is no kind \"mlpp\"; did you mean \"mlp\"?", "objective.beta: got the text \"x\""],
            ["elbow config template"]) { Prepare = at => at.Write("all.json", Everything) },
        new("not JSON", ["train", "b.json"], ["b.json: not valid JSON at line 1, column 3"], ["quote, comma or bracket"]) { Prepare = at => at.Write("b.json", "{ bad") },
        new("empty configuration", ["config", "check", "b.json"], ["b.json: not valid JSON"], ["quote, comma or bracket"]) { Prepare = at => at.Write("b.json", "") },
        new("missing key", ["config", "check", "b.json"], ["objective"], [""]) { Prepare = at => at.Write("b.json", Configs.Digits.Replace("\"objective\": { \"kind\": \"elbo\" },", "", StringComparison.Ordinal)) },
        new("no configuration", ["train", "nofile.json"], ["there is no file nofile.json"], ["elbow config template"]),
        Set("unknown key", "objective.bta=4", "objective.bta: there is no such key", "did you mean \"beta\"?"),
        Set("wrong type", "objective.beta=x", "objective.beta: got the text \"x\"", "a number from 0"),
        Set("nothing set", "objective", "sets nothing", "path.to.key=value"),
        Set("endless warm-up", "objective.warmUp.epochs=5", "a warm-up of 5 epochs never ends", "fewer than 2 epochs"),
        Set("early stopping without validation", "data.validation=0", "early stopping needs validation data", "data.validation above 0", "training.earlyStopping={}"),
        Set("no GPU", "training.device=cuda:99", "training.device is cuda:99", "training.device"),
        Set("no such device", "training.device=gpu", "'gpu' is no device", "cpu or cuda"),
        Set("too many stages for 8 x 8", "model.encoder={\"kind\":\"conv\",\"channels\":[8,8,8,8,8]}", "does not fit", "change model.latentDim, model.encoder, model.decoder or model.prior", "model.decoder={\"kind\":\"conv\",\"channels\":[8,8,8,8,8]}"),
        Set("three entropies of latents in layers", "objective.kind=three-entropies", "model.hierarchy: the three entropies are those of one layer of latents", "leave model.hierarchy out",
            "data.scale=unit", "model.likelihood={\"kind\":\"normal\"}", "model.hierarchy={\"kind\":\"stacked\",\"layers\":[2,1]}"),
        Set("more latents than a full covariance can have", "model.posterior.kind=fullNormal", "model.posterior: a full covariance of 60000 latents has 3600000000 entries", "use diagonalNormal, or 46340 latents at most", "model.latentDim=60000"),
        Set("flow of one latent", "model.prior.kind=flow", "a flow moves one half of the latents by the other: it needs at least 2 latents", "change model.latentDim", "model.latentDim=1"),
        Set("more pseudo-inputs than rows", "model.prior.kind=vamp", "model.prior starts at 5000 examples, and the training data has 1000", "model.prior.initial to uniform", "model.prior.components=5000", "objective.kl=monteCarlo"),
        Set("more kernels than rows", "objective={\"kind\":\"avae\",\"points\":1000}", "objective.points holds out 1000 rows of the training data, which has 1000", "set objective.points to 250 or so", "model.posterior.kind=point"),
        Set("path for a known set", "data.path=d.csv", "data.kind digits reads no path", "remove data.path"),
        new("no command", [], ["name a command: ", "train"], ["elbow --help"]),
        new("unknown command", ["tran", "tiny.json"], ["there is no command 'tran'; did you mean train?"], ["elbow --help"]),
        new("unknown subcommand", ["data", "gte"], ["there is no command 'gte'; did you mean get?"], ["elbow data --help"]),
        new("unknown option", ["train", "tiny.json", "--nmae", "x"], ["there is no option '--nmae'; did you mean --name?"], ["elbow train --help"]),
        new("missing argument", ["train"], ["train needs CONFIG"], ["elbow train --help"]),
        new("missing run", ["compare"], ["compare needs RUN"], ["elbow compare --help"]),
        new("missing option", ["sample", "r"], ["--out is missing"], ["elbow sample --help"]),
        new("missing value", ["train", "tiny.json", "--set"], ["--set needs a value"], ["elbow train --help"]),
        new("option twice", ["evaluate", "r", "--json", "a", "--json", "b"], ["--json is given more than once"], ["elbow evaluate --help"]),
        new("number that is none", ["evaluate", "r", "--seed", "x"], ["--seed x: use a number"], ["elbow evaluate --help"]),
        new("one word too many", ["evaluate", "a", "b"], ["'b' is one word too many"], ["elbow evaluate --help"]),
        new("bad run name", ["train", "tiny.json", "--name", "a/b"], ["'a/b' cannot name a run"], ["letters, digits"]),
        new("store is a file", ["train", "tiny.json", "--out", "tiny.json"], ["cannot be written"], ["choose another"]),
    ];

    public static TheoryData<string> Names => [.. Table.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Configuration_Bad_IsExplainedAndNothingIsWritten(string name)
    {
        using var at = new Workspace();
        at.Write("tiny.json", Configs.Digits);

        Table.Single(row => row.Name == name).Check(at);

        Assert.False(Directory.Exists(at.At("runs")));
    }

    private static BadInput Set(string name, string set, string what, string mend, params string[] more) =>
        new(name, ["train", "tiny.json", "--set", set, .. more.SelectMany(other => new[] { "--set", other })], [what], [mend]);
}
