using System.Globalization;
using System.Text.Json;
using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>How pictures enter a TorchScript network. Said by options, or by a JSON file beside it: <c>inception.pt.json</c>.</summary>
public sealed record ScriptPreprocessing
{
    /// <summary>Side of the square that pictures are resized to; null: as they are.</summary>
    public int? Size { get; init; }

    /// <summary>1 or 3: grey is repeated, colours become grey by 0.299 R + 0.587 G + 0.114 B; null: as they are.</summary>
    public int? Channels { get; init; }

    /// <summary>The values that black and white become: [0, 1], [−1, 1] or [0, 255].</summary>
    /// <value>Default null: not said, which is refused for pictures.</value>
    public double[]? Range { get; init; }

    /// <summary>Subtracted after that, for each channel.</summary>
    public double[]? Mean { get; init; }

    /// <summary>Divided by after that, for each channel.</summary>
    public double[]? Std { get; init; }

    /// <summary>The declaration beside a TorchScript file; null when there is none.</summary>
    /// <exception cref="UserException">It cannot be understood.</exception>
    public static ScriptPreprocessing? Beside(string path)
    {
        var file = path + ".json";
        if (!File.Exists(file)) return null;
        try
        {
            return (JsonSerializer.Deserialize<ScriptPreprocessing>(File.ReadAllText(file), Options) ?? throw new JsonException("it is empty")).Checked(file);
        }
        catch (JsonException error)
        {
            throw new UserException($"{file}: {error.Message.ReplaceLineEndings(" ")}", "it looks like this: { \"size\": 299, \"channels\": 3, \"range\": [0, 1], \"mean\": [0.5], \"std\": [0.5] }", error);
        }
    }

    /// <summary>Itself, when it makes sense.</summary>
    /// <exception cref="UserException">A value is out of range.</exception>
    public ScriptPreprocessing Checked(string where)
    {
        if (Size is < 1 or > 4096) throw Wrong($"size {Size}", "use 1 to 4096");
        if (Channels is not (null or 1 or 3)) throw Wrong($"channels {Channels}", "use 1 or 3");
        if (Range is not (null or [_, _]) || Range is [var low, var high] && !(high > low)) throw Wrong("range", "use two numbers, the values of black and white: 0 and 1, -1 and 1, or 0 and 255");
        if (Std is not null && Std.Any(value => !(value > 0))) throw Wrong("std", "use numbers above 0, one or one for each channel");
        return this;
        UserException Wrong(string what, string mend) => new($"{where}: {what} makes no sense", mend);
    }

    /// <summary>Pictures as the network wants them. <c>(B, C, H, W)</c> in [0, 1] → <c>(B, C′, size, size)</c>, float32.</summary>
    public Tensor Apply(Tensor pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var x = pictures.To(DType.Float32);
        var C = x.Shape[1];
        if (Channels == 3 && C == 1) x = x.Repeat(1, 3, 1, 1);
        if (Channels == 1 && C == 3) x = (x * Tensor.From(0.299f, 0.587f, 0.114f).Reshape(1, 3, 1, 1)).Sum(1, keep: true);
        if (Size is { } size && (x.Shape[2] != size || x.Shape[3] != size)) x = x.ResizeBilinear(size, size);
        if (Range is [var low, var high]) x = x * (high - low) + low;
        if (Mean is not null) x -= Row(Mean);
        return Std is not null ? x / Row(Std) : x;
    }

    /// <summary>What is hashed, and shown: <c>size 299, 3 channels, range -1..1</c>.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        if (Size is not null) parts.Add($"size {Size}");
        if (Channels is not null) parts.Add($"{Channels} channels");
        if (Range is [var low, var high]) parts.Add(string.Create(CultureInfo.InvariantCulture, $"range {low}..{high}"));
        if (Mean is not null) parts.Add($"mean {Words(Mean)}");
        if (Std is not null) parts.Add($"std {Words(Std)}");
        return parts.Count > 0 ? string.Join(", ", parts) : "as they are";
    }

    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static string Words(double[] values) => string.Join(' ', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));

    private static Tensor Row(double[] values) => Tensor.From([.. values.Select(value => (float)value)], [1, values.Length, 1, 1]);
}
