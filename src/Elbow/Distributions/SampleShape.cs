using System.Runtime.CompilerServices;
using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>The shape of one sample, batch then event: what the distributions check, draw and sum by.</summary>
internal readonly struct SampleShape
{
    internal SampleShape(Shape full, int eventAxes)
    {
        if (eventAxes < 0 || eventAxes > full.Rank)
        {
            throw new ArgumentOutOfRangeException(
                nameof(eventAxes), eventAxes, $"parameters of shape {full} have {full.Rank} axes to form an event from");
        }
        (Full, EventAxes) = (full, eventAxes);
        EventCount = Event.Count;
    }

    /// <summary>(batch…, event…).</summary>
    internal Shape Full { get; }

    internal int EventAxes { get; }

    /// <summary>D: how many numbers one event has.</summary>
    internal long EventCount { get; }

    internal Shape Batch => Full.Head(Full.Rank - EventAxes);

    internal Shape Event => Full.Tail(Full.Rank - EventAxes);

    /// <summary>The shape to which two parameters broadcast, once they are known to be floating and of one type.</summary>
    internal static SampleShape Of(
        Tensor a, Tensor b, int eventAxes,
        [CallerArgumentExpression(nameof(a))] string nameA = "", [CallerArgumentExpression(nameof(b))] string nameB = "")
    {
        MustFloat(a, nameA);
        MustFloat(b, nameB);
        if (a.DType != b.DType) throw new ArgumentException($"{nameB} is {b.DType}, {nameA} is {a.DType}: convert one with To", nameB);
        return new SampleShape(Broadcast(a.Shape, b.Shape, nameA, nameB), eventAxes);
    }

    internal static void MustFloat(Tensor tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.DType is DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16) return;
        throw new ArgumentException($"{name} must be of a floating type, got {tensor.DType}: convert it with To", name);
    }

    internal static Shape Broadcast(Shape a, Shape b, string nameA, string nameB)
    {
        var sizes = new long[Math.Max(a.Rank, b.Rank)];
        for (var k = 1; k <= sizes.Length; k++)
        {
            var (left, right) = (k <= a.Rank ? a[-k] : 1, k <= b.Rank ? b[-k] : 1);
            if (left != right && left != 1 && right != 1) throw new ShapeException($"{nameA} {a} and {nameB} {b} do not broadcast");
            sizes[^k] = left == 1 ? right : left;
        }
        return new Shape(sizes);
    }

    /// <summary>(batch…, event…), or (count, batch…, event…).</summary>
    internal long[] Sizes(long? count) => count is { } n ? [n, .. Full.AsSpan()] : Full.ToArray();

    /// <summary>Checks that a value ends with the event: an axis of size 1 that would broadcast over it is a mistake, not a
    /// value.</summary>
    internal void MustTake(Tensor x)
    {
        if (x.Rank >= EventAxes && x.Shape.Tail(x.Rank - EventAxes) == Event) return;
        throw new ShapeException($"x: expected the last axes to be the event {Event}, got {x.Shape}");
    }

    /// <summary>Checks that another distribution is over the same event.</summary>
    internal void MustMatch(SampleShape other)
    {
        if (Event != other.Event) throw new ShapeException($"events differ: q is over {Event}, p over {other.Event}");
    }

    /// <summary>A view with the shape of one sample.</summary>
    internal Tensor Expand(Tensor parameter) => parameter.Shape == Full ? parameter : parameter.Expand(Full);

    /// <summary>A view with the shape of the batch.</summary>
    internal Tensor ExpandToBatch(Tensor perEvent) => perEvent.Shape == Batch ? perEvent : perEvent.Expand(Batch);

    /// <summary>
    /// Sum over the event of something that broadcasts over it. What repeats is counted, not expanded: log σ of one σ for 784 pixels
    /// costs one number, not 784 for every example.
    /// </summary>
    internal Tensor SumEvent(Tensor parameter)
    {
        var own = Math.Min(parameter.Rank, EventAxes);
        var repeats = EventCount / parameter.Shape.Tail(parameter.Rank - own).Count;
        var sum = parameter.SumLast(own);
        return repeats == 1 ? sum : sum * repeats;
    }

    /// <summary>
    /// Sum over the event of <paramref name="values"/> · <paramref name="factor"/>. A factor that is the same all over an event is
    /// taken out of the sum, which saves the full-size product and its gradient.
    /// </summary>
    internal Tensor SumEvent(Tensor values, Tensor factor)
    {
        var own = Math.Min(factor.Rank, EventAxes);
        return factor.Shape.Tail(factor.Rank - own).Count == 1
            ? values.SumLast(EventAxes) * factor.Reshape(factor.Shape.Head(factor.Rank - own))
            : (values * factor).SumLast(EventAxes);
    }

    /// <summary>
    /// The parameter of one component per index: <c>(batch…, M, event…, more…)</c> at <c>indices (sample…, batch…)</c> gives
    /// <c>(sample…, batch…, event…, more…)</c>.
    /// </summary>
    internal Tensor Pick(Tensor parameter, Tensor indices, params ReadOnlySpan<long> more) =>
        Pick(parameter.Expand(Full.Append(more)), Full.Rank - EventAxes - 1, indices);

    /// <summary><c>(batch…, M, rest…)</c>, M at <paramref name="axis"/>, at <c>indices (sample…, batch…)</c> →
    /// <c>(sample…, batch…, rest…)</c>.</summary>
    internal static Tensor Pick(Tensor values, int axis, Tensor indices)
    {
        var (M, rest, outer) = (values.Shape[axis], values.Shape.Tail(axis + 1), indices.Shape);
        var ones = new long[rest.Rank + 1];
        Array.Fill(ones, 1);
        var index = indices.Reshape(outer.Append(ones)).Expand(outer.Append([1, .. rest.AsSpan()]));
        return values.Expand(outer.Append([M, .. rest.AsSpan()])).Gather(outer.Rank, index).Squeeze(outer.Rank);
    }
}
