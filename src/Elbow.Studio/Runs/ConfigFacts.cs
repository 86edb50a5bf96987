using System.Text.Json;

namespace Elbow.Studio.Runs;

/// <summary>What the list says of a configuration. Read as JSON: the types behind it are the engine's.</summary>
internal sealed record ConfigFacts(
    string? Objective, string? Prior, string? Likelihood, string? Encoder, string? Decoder, string? Posterior, int? LatentDim, string? Data, long? Seed, int? Epochs)
{
    private const int Longest = 200;

    internal static ConfigFacts Of(RawJson? config, RawJson? environment)
    {
        var (root, made) = (config?.Element(), environment?.Element());
        return new ConfigFacts(
            Text(root, "objective", "kind"),
            Text(root, "model", "prior", "kind"),
            Text(root, "model", "likelihood", "kind"),
            Text(root, "model", "encoder", "kind"),
            Text(root, "model", "decoder", "kind"),
            Text(root, "model", "posterior", "kind"),
            (int?)Whole(root, "model", "latentDim"),
            Text(made, "data", "id") ?? Text(root, "data", "kind"),
            Whole(made, "seed") ?? Whole(root, "training", "seed"),
            (int?)Whole(root, "training", "epochs"));
    }

    private static string? Text(JsonElement? root, params ReadOnlySpan<string> path) =>
        At(root, path) is { ValueKind: JsonValueKind.String } found && found.GetString() is { } text ? text[..Math.Min(text.Length, Longest)] : null;

    private static long? Whole(JsonElement? root, params ReadOnlySpan<string> path) =>
        At(root, path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt64(out var value) && (path[^1] == "seed" || value is >= 0 and <= int.MaxValue) ? value : null;

    private static JsonElement? At(JsonElement? element, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element is not { ValueKind: JsonValueKind.Object } parent || !parent.TryGetProperty(name, out var child)) return null;
            element = child;
        }
        return element;
    }
}
