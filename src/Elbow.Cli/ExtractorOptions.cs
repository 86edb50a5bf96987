using System.CommandLine;
using System.Globalization;
using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;

namespace Elbow.Cli;

/// <summary>How commands name a feature extractor, and how pictures enter one that comes as a file.</summary>
internal sealed class ExtractorOptions
{
    private readonly Option<string?> extractor;
    private readonly Option<int?> size = new("--input-size") { Description = "TorchScript: side of the square that pictures are resized to", HelpName = "N" };
    private readonly Option<int?> channels = new("--input-channels") { Description = "TorchScript: 1 or 3; grey is repeated, colours are mixed to grey", HelpName = "1|3" };
    private readonly Option<string?> range = new("--input-range") { Description = "TorchScript: what black and white become, 0:1, -1:1 or 0:255; or FILE.pt.json says it", HelpName = "LOW:HIGH" };
    private readonly Option<string?> mean = new("--input-mean") { Description = "TorchScript: subtracted after that, one number or one for each channel", HelpName = "A,B,C" };
    private readonly Option<string?> std = new("--input-std") { Description = "TorchScript: divided by after that", HelpName = "A,B,C" };
    private readonly string[] names;

    /// <param name="names">Those that are no files.</param>
    /// <param name="otherwise">Which is taken when none is named, in words.</param>
    internal ExtractorOptions(string[] names, string otherwise)
    {
        this.names = names;
        extractor = new("--extractor") { Description = $"whose features are compared: {string.Join(", ", names)}, or a TorchScript file; default {otherwise}", HelpName = string.Join('|', [.. names, "FILE.pt"]) };
    }

    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { extractor, size, channels, range, mean, std }) command.Add(option);
    }

    /// <summary>The extractor that is asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="format">What the rows are.</param>
    /// <param name="otherwise">The name of the one to take when none is named.</param>
    /// <param name="classifier">Makes the classifier, where there is one.</param>
    internal IFeatureExtractor Create(ParseResult parsed, PictureFormat format, string otherwise, Func<IFeatureExtractor>? classifier = null)
    {
        var name = parsed.GetValue(extractor) ?? otherwise;
        var declared = Declared(parsed);
        if (declared is not null && names.Contains(name)) throw new UserException($"--extractor {name} has no input options", "leave out --input-size, --input-range and the like: they are for TorchScript files");
        return name switch
        {
            "raw" => new RawFeatures(format.Shape.Size),
            "random-conv" => new RandomConvFeatures(format),
            "classifier" when classifier is not null => classifier(),
            "classifier" => throw new UserException("--extractor classifier needs a data set with labels, here are arrays", $"use {string.Join(", ", names)}, a TorchScript file, or elbow evaluate RUN --metrics"),
            _ when File.Exists(name) => new ScriptFeatures(name, format, declared),
            _ => throw new UserException($"there is no extractor '{name}'{(DidYouMean.Closest(name, names) is { } guess ? $"; did you mean {guess}?" : "")}", $"use {string.Join(", ", names)}, or the path of a TorchScript file"),
        };
    }

    /// <summary>Two numbers as a person writes a range: <c>-1:1</c>.</summary>
    internal static (double Low, double High)? Pair(string option, string? text)
    {
        if (text is null) return null;
        return text.Split(':') is [var a, var b] && Number(a) is { } low && Number(b) is { } high && high > low
            ? (low, high)
            : throw new UserException($"{option} {text}: no range", $"write two numbers, the smaller first: {option} 0:1");
    }

    private ScriptPreprocessing? Declared(ParseResult parsed)
    {
        var bounds = Pair("--input-range", parsed.GetValue(range));
        var told = new ScriptPreprocessing
        {
            Size = parsed.GetValue(size),
            Channels = parsed.GetValue(channels),
            Range = bounds is var (low, high) ? [low, high] : null,
            Mean = List("--input-mean", parsed.GetValue(mean)),
            Std = List("--input-std", parsed.GetValue(std)),
        };
        return told is { Size: null, Channels: null, Range: null, Mean: null, Std: null } ? null : told.Checked("the input options");
    }

    private static double[]? List(string option, string? text)
    {
        var numbers = text?.Split(',').Select(Number).ToArray();
        if (numbers is null) return null;
        return numbers is [not null] or [not null, not null, not null]
            ? [.. numbers.OfType<double>()]
            : throw new UserException($"{option} {text}: expected one number or three", $"write them with commas: {option} 0.485,0.456,0.406");
    }

    private static double? Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}
