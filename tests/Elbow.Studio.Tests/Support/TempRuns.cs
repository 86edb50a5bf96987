using System.Globalization;
using System.Text;
using Elbow.Experiments;

namespace Elbow.Studio.Tests.Support;

/// <summary>A folder of runs of its own for each test, written by hand as training writes them.</summary>
public sealed class TempRuns : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("elbow-studio-").FullName;

    public string this[params string[] parts] => Path.Combine([Root, .. parts]);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>A run with nothing logged; its folder.</summary>
    public string Add(string id, long seed = 1, string objective = "elbo", string prior = "standardNormal", int format = RunFolder.Format)
    {
        foreach (var folder in new[] { "checkpoints", "samples", "recon", "latent" }) Directory.CreateDirectory(this[id, folder]);
        File.WriteAllText(this[id, "config.json"], $$"""
            { "data": { "kind": "digits" }, "model": { "latentDim": 2, "encoder": { "kind": "mlp" }, "decoder": { "kind": "conv" }, "posterior": { "kind": "diagonalNormal" },
              "likelihood": { "kind": "categorical" }, "prior": { "kind": "{{prior}}" } }, "objective": { "kind": "{{objective}}" }, "training": { "epochs": 9, "seed": {{seed}} } }
            """);
        File.WriteAllText(this[id, "environment.json"], $$"""{ "format": {{format}}, "seed": {{seed}}, "data": { "id": "digits" } }""");
        return this[id];
    }

    /// <summary>A run with epochs: the objective of epoch e is −100 + e + <paramref name="shift"/>.</summary>
    public string AddTrained(string id, int epochs = 3, long seed = 1, string objective = "elbo", double shift = 0)
    {
        var folder = Add(id, seed, objective);
        Log(id, [Started(), .. Enumerable.Range(1, epochs).SelectMany(e => new[] { Step(10 * e - 5, e, -200 + e), Epoch(e, 10 * e, -100 + e + shift), Look(e, 10 * e) }), Finished(10 * epochs)]);
        return folder;
    }

    public void Log(string id, params ReadOnlySpan<string> lines) => File.AppendAllText(this[id, "events.jsonl"], string.Concat(lines.ToArray().Select(line => line + "\n")));

    public void Log(string id, byte[] bytes)
    {
        using var file = new FileStream(this[id, "events.jsonl"], FileMode.Append);
        file.Write(bytes);
    }

    public static string Started(int epochs = 9) => $$"""{"kind":"started","timestamp":"{{Time(0)}}","epochs":{{epochs}}}""";

    public static string Step(long step, int epoch, double objective) =>
        $$$"""{"kind":"stepLogged","timestamp":"{{{Time(step)}}}","step":{{{step}}},"epoch":{{{epoch}}},"terms":{"kl":{{{Number(objective / 10)}}},"objective":{{{Number(objective)}}}}}""";

    public static string Epoch(int epoch, long step, double objective) =>
        $$$$"""{"kind":"epochCompleted","timestamp":"{{{{Time(step)}}}}","epoch":{{{{epoch}}}},"step":{{{{step}}}},"splits":{"train":{"objective":{"mean":{{{{Number(objective - 1)}}}},"standardError":"NaN"}},"validation":{"objective":{"mean":{{{{Number(objective)}}}},"standardError":0.5}}},"learningRate":0.001,"seconds":2,"examplesPerSecond":50}""";

    public static string Look(int epoch, long step) =>
        $$$"""{"kind":"diagnostics","timestamp":"{{{Time(step)}}}","step":{{{step}}},"epoch":{{{epoch}}},"split":"validation","values":{"kl":{"mean":{{{epoch}}},"standardError":0.25}},"series":{"kl":[{{{epoch}}},0.5],"entropy":[0.1,1.5],"collapsed":[0,1]}}""";

    public static string Finished(long step) => $$"""{"kind":"finished","timestamp":"{{Time(step)}}","step":{{step}}}""";

    public static string Time(double second) => (new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero) + TimeSpan.FromSeconds(second)).ToString("o", CultureInfo.InvariantCulture);

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : $"\"{value.ToString(CultureInfo.InvariantCulture)}\"";
}
