using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Elbow.Experiments.Configuration;

/// <summary>The limits that attributes put on a value. On a list, <c>Range</c> and <c>AllowedValues</c> hold for each item.</summary>
internal sealed record ConfigConstraints
{
    public static ConfigConstraints None { get; } = new();

    public double Min { get; init; } = double.NegativeInfinity;
    public bool MinIsExclusive { get; init; }
    public double Max { get; init; } = double.PositiveInfinity;
    public bool MaxIsExclusive { get; init; }
    public int MinLength { get; init; }
    public int MaxLength { get; init; } = int.MaxValue;
    public IReadOnlyList<object?>? Allowed { get; init; }

    /// <exception cref="InvalidOperationException">The property carries a validation attribute that nobody would check.</exception>
    public static ConfigConstraints Of(PropertyInfo property)
    {
        var result = None;
        foreach (var attribute in property.GetCustomAttributes<ValidationAttribute>())
        {
            result = attribute switch
            {
                RangeAttribute range => result with
                {
                    Min = Bound(range.Minimum, double.NegativeInfinity),
                    MinIsExclusive = range.MinimumIsExclusive,
                    Max = Bound(range.Maximum, double.PositiveInfinity),
                    MaxIsExclusive = range.MaximumIsExclusive,
                },
                AllowedValuesAttribute allowed => result with { Allowed = allowed.Values },
                MinLengthAttribute min => result with { MinLength = min.Length },
                MaxLengthAttribute max => result with { MaxLength = max.Length },
                _ => throw new InvalidOperationException(
                    $"{property.DeclaringType}.{property.Name}: [{attribute.GetType().Name}] is not checked by config; write the rule in Validate()"),
            };
        }
        return result;
    }

    /// <summary>What holds for each item of a list that carries these constraints.</summary>
    public ConfigConstraints ForItems() => this with { MinLength = 0, MaxLength = int.MaxValue };

    public bool Admits(double value) =>
        (MinIsExclusive ? value > Min : value >= Min) && (MaxIsExclusive ? value < Max : value <= Max);

    public bool AdmitsLength(int length) => length >= MinLength && length <= MaxLength;

    /// <summary>Whether a bound value is among the allowed ones; numbers compare by value, whatever their C# type.</summary>
    public bool Lists(object value) =>
        Allowed is null || Allowed.Any(a => a is not null && (a.Equals(value) || (IsNumber(a) && IsNumber(value) && a.ToString() == value.ToString())));

    /// <summary>The range in words with a leading space, or nothing.</summary>
    public string Range => (double.IsFinite(Min), double.IsFinite(Max), MinIsExclusive || MaxIsExclusive) switch
    {
        (false, false, _) => "",
        (true, true, false) => $" from {Min} to {Max}",
        (true, true, true) => $" {Low} and {High}",
        (true, false, _) => $" {Low}",
        (false, true, _) => $" {High}",
    };

    /// <summary>The allowed length in words, in brackets with a leading space, or nothing.</summary>
    public string Length(string unit) => (MinLength > 0, MaxLength < int.MaxValue) switch
    {
        (false, false) => "",
        (true, false) => $" ({MinLength} or more {unit})",
        (false, true) => $" (at most {MaxLength} {unit})",
        (true, true) => $" ({MinLength} to {MaxLength} {unit})",
    };

    private string Low => (MinIsExclusive ? "above " : "of at least ") + Min;
    private string High => (MaxIsExclusive ? "below " : "of at most ") + Max;

    // The largest value of a type is how attributes spell "no limit": they cannot hold an infinity of an integer type.
    private static double Bound(object bound, double none) =>
        bound is int.MaxValue or int.MinValue or double.MaxValue or double.MinValue ? none : Convert.ToDouble(bound);

    private static bool IsNumber(object value) => value is byte or short or int or uint or long or ulong or float or double;
}
