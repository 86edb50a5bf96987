using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>The text format of the UCI optical digits: 64 integers 0..16 (8 x 8 pixels) and the class 0..9 on each line.</summary>
public static class Optdigits
{
    private const int Pixels = 64;
    private const int Levels = 17;

    /// <summary>Reads all lines.</summary>
    /// <param name="text">The contents.</param>
    /// <param name="name">What the data is called in messages.</param>
    /// <exception cref="UserException">A line with another number of values, or a value out of range; the line is named.</exception>
    public static IDataset Read(TextReader text, string name)
    {
        var (values, classes) = (new List<byte>(), new List<string>());
        for (var number = 1; text.ReadLine() is { } line; number++)
        {
            var fields = line.Split(',');
            if (fields.Length != Pixels + 1)
            {
                throw BadData.Damaged(name, $"line {number} has {fields.Length} values, wanted 64 pixels and a class");
            }

            for (var i = 0; i <= Pixels; i++)
            {
                if (!byte.TryParse(fields[i], out var value) || value >= (i < Pixels ? Levels : 10))
                {
                    throw BadData.Damaged(name,
                        $"line {number}, value {i + 1} is '{fields[i]}', wanted 0..{(i < Pixels ? Levels - 1 : 9)}");
                }

                if (i < Pixels)
                {
                    values.Add(value);
                }
            }

            classes.Add(fields[Pixels]);
        }

        return classes.Count > 0
            ? new ArrayDataset(name, new DataShape(1, 8, 8), [.. values], DataRange.Levels(Levels), LabelColumn.FromTexts("class", classes))
            : throw BadData.In(name, "is empty", "data needs at least one row");
    }
}
