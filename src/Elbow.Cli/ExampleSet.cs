using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Cli;

/// <summary>Rows of numbers that a metric is given: an array in 64-bit numbers, or whatever else Elbow reads as data.</summary>
/// <param name="Path">Where they come from.</param>
/// <param name="Values">Row by row, pictures channel by channel.</param>
/// <param name="Shape">The shape of a row.</param>
/// <param name="Bytes">Whether values are stored as bytes.</param>
internal sealed record ExampleSet(string Path, double[] Values, DataShape Shape, bool Bytes)
{
    private const int RowsAtOnce = 256;

    internal int Count => Values.Length / Shape.Size;

    internal Tensor Rows => Tensor.From(Values, [Count, Shape.Size]);

    /// <param name="path">npy or npz; a folder of pictures; idx, CSV or CIFAR binary.</param>
    /// <param name="imageSize">Side to which the pictures of a folder are cropped and resized; null: as stored.</param>
    internal static ExampleSet Open(string path, int? imageSize)
    {
        using var meter = new DataMeter();
        if (!System.IO.Path.Exists(path)) throw new UserException($"{path}: there is no such file or folder", "check the path; it is relative to the working folder");
        var kind = DataSource.KindOf(path);
        var set = kind == "npy" ? OfArray(path, NumberArray.Read(path, meter)) : OfData(path, kind, imageSize, meter);
        var wrong = Array.FindIndex(set.Values, value => !double.IsFinite(value));
        return wrong < 0 ? set : throw new UserException(
            $"{path}: row {wrong / set.Shape.Size}, number {wrong % set.Shape.Size} is {set.Values[wrong]}", "remove or mend the rows that are not finite");
    }

    /// <summary>What is black and white: 0 and 255 for bytes, else the narrowest usual range that holds both sets.</summary>
    /// <exception cref="UserException">No usual range holds both, or a set that may well go from 0 to 1 would be taken for one that goes to 255.</exception>
    internal static PictureFormat Format(ExampleSet real, ExampleSet fake, (double Low, double High)? told)
    {
        var (least, most) = (Math.Min(real.Values.Min(), fake.Values.Min()), Math.Max(real.Values.Max(), fake.Values.Max()));
        (double Low, double High)[] usual = real.Bytes || fake.Bytes ? [(0, 255)] : [(0, 1), (-1, 1), (0, 255)];
        if (told is null && !real.Shape.IsVector && !usual.Any(Holds))
            throw new UserException($"the pictures hold values from {least:G6} to {most:G6}: which are black and white is not clear", "say so: --values LOW:HIGH");
        var (low, high) = told ?? usual.FirstOrDefault(Holds, (0, 1));
        // Read on the wrong scale every picture is black, and all black pictures are alike: a perfect score, or none, without a word.
        if (told is null && !real.Shape.IsVector && high == 255 && (real.Values.All(Small) ? real : fake.Values.All(Small) ? fake : null) is { } dark)
            throw new UserException($"{dark.Path}: all values lie between -1 and 1, which on the scale of 0 to 255 is black", "bring both sets on one scale, or say what is black and white: --values LOW:HIGH");
        return new PictureFormat(real.Shape, low, high);

        bool Holds((double Low, double High) range) => range.Low <= least && most <= range.High;

        static bool Small(double value) => value is >= -1 and <= 1;
    }

    private static ExampleSet OfArray(string path, NumberArray array)
    {
        var (shape, values) = array.Dims switch
        {
            [_] => (DataShape.Vector(1), array.Values),
            [_, var D] => (DataShape.Vector(D), array.Values),
            [_, var H, var W] => (new DataShape(1, H, W), array.Values),
            [_, var C and (1 or 3), var H, var W] => (new DataShape(C, H, W), array.Values),
            [var N, var H, var W, var C and (1 or 3)] => (new DataShape(C, H, W), Planes(array.Values, N, H * W, C)),
            _ => throw new UserException($"{path}: axes {string.Join(" x ", array.Dims)} are neither rows of features nor pictures",
                "bring rows x features, or rows x height x width, with 1 or 3 channels last or before the height"),
        };
        return new ExampleSet(path, values, shape, array.Bytes);
    }

    private static ExampleSet OfData(string path, string kind, int? imageSize, IProgress<DataProgress> meter)
    {
        var config = new DataConfig { Kind = kind, Path = path, Validation = 0, Test = 0, ImageSize = kind == "images" ? imageSize : null };
        using var splits = DataSource.Open(config, seed: 1, meter);
        var data = splits.Train;
        var values = new double[checked(data.Count * data.Shape.Size)];
        var block = new float[RowsAtOnce * data.Shape.Size];
        for (var first = 0; first < data.Count; first += RowsAtOnce)
        {
            var rows = Math.Min(RowsAtOnce, data.Count - first);
            data.Read([.. Enumerable.Range(first, rows)], block);
            for (var j = 0; j < rows * data.Shape.Size; j++) values[first * data.Shape.Size + j] = block[j];
        }
        return new ExampleSet(path, values, data.Shape, data.Range is { Kind: RangeKind.Levels, LevelCount: 256 });
    }

    private static double[] Planes(double[] values, int N, int pixels, int C)
    {
        var planes = new double[values.Length];
        for (var n = 0; n < N; n++)
        {
            for (var p = 0; p < pixels; p++)
            {
                for (var c = 0; c < C; c++) planes[(n * C + c) * pixels + p] = values[(n * pixels + p) * C + c];
            }
        }
        return planes;
    }
}
