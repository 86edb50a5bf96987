using Elbow.Data.Formats;
using Elbow.Experiments;

namespace Elbow.Data;

/// <summary>A class or ground-truth factor known for every row.</summary>
/// <param name="Name">What the column is called: <c>class</c>, <c>subject</c>, a CSV header.</param>
/// <param name="Codes">One code per row, 0..Classes.Count−1.</param>
/// <param name="Classes">The name of each code.</param>
public sealed record LabelColumn(string Name, int[] Codes, IReadOnlyList<string> Classes)
{
    /// <summary>Distinct texts become classes: in numeric order if all are numbers, else in ordinal order.</summary>
    internal static LabelColumn FromTexts(string name, IReadOnlyList<string> texts)
    {
        var distinct = texts.Distinct(StringComparer.Ordinal).ToArray();
        var allNumbers = distinct.All(text => double.TryParse(text, out _));
        var classes = allNumbers
            ? distinct.OrderBy(double.Parse).ThenBy(text => text, StringComparer.Ordinal).ToArray()
            : [.. distinct.Order(StringComparer.Ordinal)];
        var codeOf = classes.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        return new LabelColumn(name, [.. texts.Select(text => codeOf[text])], classes);
    }

    /// <summary>Labels read as data: one whole number per row.</summary>
    /// <exception cref="UserException">More than one number per row, or fractions.</exception>
    internal static LabelColumn FromData(string name, IDataset data, string path)
    {
        if (data.Shape.Size != 1)
        {
            throw BadData.In(path, $"holds {data.Shape.Size} numbers per row, class labels need one", "name a file with one label per row");
        }

        var texts = new string[data.Count];
        Rows.ForEachBlock(data, (first, values) =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                texts[first + i] = values[i] == MathF.Truncate(values[i])
                    ? values[i].ToString("F0")
                    : throw BadData.In(path, $"row {first + i} holds {values[i]}, which is no class label",
                        "name a file with one whole number per row");
            }
        });
        return FromTexts(name, texts);
    }

    /// <summary>The column of some of the rows, in their order.</summary>
    internal LabelColumn Pick(ReadOnlySpan<int> rows)
    {
        var picked = new int[rows.Length];
        for (var i = 0; i < picked.Length; i++)
        {
            picked[i] = Codes[rows[i]];
        }

        return this with { Codes = picked };
    }
}
