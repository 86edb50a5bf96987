using System.CommandLine;
using Elbow.Data;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow embed RUN --out FILE</c></summary>
internal static class EmbedCommand
{
    internal static Command Create()
    {
        var run = RunArgument.Create();
        var checkpoint = RunArgument.Checkpoint();
        var split = RunArgument.Split();
        var path = OutFile.Option();
        var command = new Command("embed", "write the posterior of every example: means, log-variances and labels, or a scatter plot of the means") { run, path, split, checkpoint };
        command.SetAction(parsed =>
        {
            var file = OutFile.Of(parsed.GetRequiredValue(path));
            using var trained = TrainedModel.Open(parsed.GetRequiredValue(run), parsed.GetValue(checkpoint));
            var name = parsed.GetRequiredValue(split);
            var data = Splits.Find(trained.Experiment.Data, name);
            using var counter = new Counter("encoding", data.Count);
            var codes = trained.Encode(data, counter);
            counter.Dispose();
            IReadOnlyList<string> written = file.Kind switch
            {
                "png" => Picture(file, codes, data, $"{trained.Folder.Name}, {name} split, {codes.Count} examples"),
                "npy" => Arrays(file, codes, data),
                _ => Table(file, codes, data),
            };
            foreach (var line in written) Console.Out.WriteLine(line);
            return Boundary.Success;
        });
        return command;
    }

    private static string[] Table(OutFile file, Codes codes, IDataset data)
    {
        var (N, L) = (codes.Count, codes.LatentDim);
        var values = codes.Mean;
        string[] columns = OutFile.Names("mu", L);
        if (codes.LogVar is { } logVar)
        {
            values = [.. Enumerable.Range(0, N).SelectMany(n => codes.Mean.Skip(n * L).Take(L).Concat(logVar.Skip(n * L).Take(L)))];
            columns = [.. columns, .. OutFile.Names("logvar", L)];
        }
        file.Csv(columns, values, data.Labels);
        return [$"{file.Path}: {N} rows, columns {string.Join(", ", data.Labels.Select(label => label.Name).Append($"mu0 ... {columns[^1]}"))}"];
    }

    private static List<string> Arrays(OutFile file, Codes codes, IDataset data)
    {
        var (N, L) = (codes.Count, codes.LatentDim);
        file.Npy(codes.Mean, N, L);
        List<string> written = [$"{file.Path}: posterior means ({N}, {L})"];
        if (codes.LogVar is { } logVar)
        {
            file.Beside("logvar").Npy(logVar, N, L);
            written.Add($"{file.Beside("logvar").Path}: their log-variances ({N}, {L})");
        }
        foreach (var label in data.Labels)
        {
            // A column may bear any name: it must not lead to another folder, nor to the log-variances.
            var beside = file.Beside(new string([.. label.Name.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' ? c : '-')]) is var name and not "logvar" ? name : "label-logvar");
            beside.Npy([.. label.Codes.Select(code => (float)code)], N);
            written.Add($"{beside.Path}: {label.Name} of each row as a number from 0 to {label.Classes.Count - 1} ({N})");
        }
        return written;
    }

    private static string[] Picture(OutFile file, Codes codes, IDataset data, string title)
    {
        if (codes.LatentDim == 1) throw new UserException("the model has one latent, a scatter plot needs two", "write numbers: --out z.csv or z.npy");
        var label = data.Labels is [var first, ..] ? first : null;
        var plot = new ScatterPlot { Points = codes.Mean, Title = title, XTitle = "z0", YTitle = "z1", Codes = label?.Codes, Classes = label?.Classes ?? [] };
        if (codes.LatentDim > 2)
        {
            var plane = PrincipalPlane.Of(codes.Mean, codes.LatentDim);
            plot = plot with { Points = plane.Points, XTitle = $"principal axis 1 ({plane.First:P0} of the variance)", YTitle = $"principal axis 2 ({plane.Second:P0})" };
        }
        file.Png(plot.Png());
        return [$"{file.Path}: {codes.Count} posterior means, {(codes.LatentDim == 2 ? "z0 to the right, z1 up" : $"first two principal axes of {codes.LatentDim} latents")}{(label is null ? "" : $", coloured by {label.Name}")}"];
    }
}
