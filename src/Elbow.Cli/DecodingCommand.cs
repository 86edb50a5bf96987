using System.CommandLine;
using Elbow.Data;
using Elbow.Evaluation;
using Elbow.Training;

namespace Elbow.Cli;

/// <summary>A command that opens a run, decodes codes and writes what comes out: the run, the checkpoint and the file are the same for all.</summary>
internal sealed class DecodingCommand : Command
{
    private readonly Argument<string> run = RunArgument.Create();
    private readonly Option<string?> checkpoint = RunArgument.Checkpoint();
    private readonly Option<string> path = OutFile.Option();

    internal DecodingCommand(string name, string description, params ReadOnlySpan<Option> own) : base(name, description)
    {
        Add(run);
        Add(path);
        foreach (var option in own) Add(option);
        Add(checkpoint);
    }

    /// <summary>The command line, the trained model and the file to write to the line that says what was written.</summary>
    internal DecodingCommand Does(Func<ParseResult, TrainedModel, OutFile, string> work)
    {
        SetAction(parsed =>
        {
            var file = OutFile.Of(parsed.GetRequiredValue(path));
            using var trained = TrainedModel.Open(parsed.GetRequiredValue(run), parsed.GetValue(checkpoint));
            file.MustFit(trained.Experiment.Model.Data);
            Console.Out.WriteLine($"{file.Path}: {work(parsed, trained, file)}");
        });
        return this;
    }
}

/// <summary>How decoded examples are written.</summary>
internal static class DecodedFile
{
    /// <summary>A sheet of pictures, an array whose first axes are <paramref name="axes"/>, or a table with a row for each example.</summary>
    internal static void Decoded(this OutFile file, TrainedModel trained, float[] x, IReadOnlyList<int> axes, Func<double, double, byte[]> sheet, params IReadOnlyList<LabelColumn> labels)
    {
        var shape = trained.Experiment.Model.Data;
        switch (file.Kind)
        {
            case "png":
                var (low, high) = trained.Experiment.PictureBounds;
                file.Png(sheet(low, high));
                break;
            case "npy":
                file.Npy(x, [.. axes, .. OutFile.Axes(shape)]);
                break;
            default:
                file.Csv(OutFile.Names("x", shape.Size), x, labels);
                break;
        }
    }
}
