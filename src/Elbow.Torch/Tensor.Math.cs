using Elbow.Torch.Native;

namespace Elbow.Torch;

public sealed partial class Tensor
{
#pragma warning disable CS1591, CA2225 // Operators and functions carry libtorch's names and meanings; C# operators have no alternates in mathematics.
    public static Tensor operator +(Tensor a, Tensor b) => Aten.Add.Call(a, b);
    public static Tensor operator +(Tensor a, double b) => Aten.AddScalar.Call(a, b);
    public static Tensor operator +(double a, Tensor b) => Aten.AddScalar.Call(b, a);
    public static Tensor operator +(Tensor a, long b) => Aten.AddScalar.Call(a, b);
    public static Tensor operator +(long a, Tensor b) => Aten.AddScalar.Call(b, a);
    public static Tensor operator -(Tensor a, Tensor b) => Aten.Sub.Call(a, b);
    public static Tensor operator -(Tensor a, double b) => Aten.SubScalar.Call(a, b);
    public static Tensor operator -(double a, Tensor b) => Aten.RsubScalar.Call(b, a);
    public static Tensor operator -(Tensor a, long b) => Aten.SubScalar.Call(a, b);
    public static Tensor operator -(long a, Tensor b) => Aten.RsubScalar.Call(b, a);
    public static Tensor operator *(Tensor a, Tensor b) => Aten.Mul.Call(a, b);
    public static Tensor operator *(Tensor a, double b) => Aten.MulScalar.Call(a, b);
    public static Tensor operator *(double a, Tensor b) => Aten.MulScalar.Call(b, a);
    public static Tensor operator *(Tensor a, long b) => Aten.MulScalar.Call(a, b);
    public static Tensor operator *(long a, Tensor b) => Aten.MulScalar.Call(b, a);
    public static Tensor operator /(Tensor a, Tensor b) => Aten.Div.Call(a, b);
    public static Tensor operator /(Tensor a, double b) => Aten.DivScalar.Call(a, b);
    public static Tensor operator /(double a, Tensor b) => a == 1 ? Aten.Reciprocal.Call(b) : Aten.MulScalar.Call(Aten.Reciprocal.Call(b), a);
    public static Tensor operator -(Tensor a) => Aten.Neg.Call(a);

    public static Tensor operator <(Tensor a, Tensor b) => Aten.Lt.Call(a, b);
    public static Tensor operator >(Tensor a, Tensor b) => Aten.Gt.Call(a, b);
    public static Tensor operator <(Tensor a, double b) => Aten.LtScalar.Call(a, b);
    public static Tensor operator >(Tensor a, double b) => Aten.GtScalar.Call(a, b);
    public static Tensor operator <=(Tensor a, Tensor b) => Aten.Le.Call(a, b);
    public static Tensor operator >=(Tensor a, Tensor b) => Aten.Ge.Call(a, b);
    public static Tensor operator <=(Tensor a, double b) => Aten.LeScalar.Call(a, b);
    public static Tensor operator >=(Tensor a, double b) => Aten.GeScalar.Call(a, b);
    public static Tensor operator !(Tensor a) => Aten.Not.Call(a);
    public static Tensor operator &(Tensor a, Tensor b) => Aten.And.Call(a, b);
    public Tensor Eq(Tensor other) => Aten.Eq.Call(this, other);
    public Tensor Eq(double other) => Aten.EqScalar.Call(this, other);

    public Tensor Abs() => Aten.Abs.Call(this);
    public Tensor Exp() => Aten.Exp.Call(this);
    public Tensor Log() => Aten.Log.Call(this);
    public Tensor Log1p() => Aten.Log1p.Call(this);
    public Tensor Expm1() => Aten.Expm1.Call(this);
    public Tensor Sqrt() => Aten.Sqrt.Call(this);
    public Tensor Rsqrt() => Aten.Rsqrt.Call(this);
    public Tensor Square() => Aten.Square.Call(this);
    public Tensor Pow(double exponent) => Aten.PowScalar.Call(this, exponent);
    public Tensor Pow(Tensor exponent) => Aten.Pow.Call(this, exponent);
    public Tensor Remainder(double divisor) => Aten.Remainder.Call(this, divisor);
    public Tensor Reciprocal() => Aten.Reciprocal.Call(this);
    public Tensor Sin() => Aten.Sin.Call(this);
    public Tensor Cos() => Aten.Cos.Call(this);
    public Tensor Tanh() => Aten.Tanh.Call(this);
    public Tensor Atanh() => Aten.Atanh.Call(this);
    public Tensor Sigmoid() => Aten.Sigmoid.Call(this);
    public Tensor LogSigmoid() => Aten.LogSigmoid.Call(this);
    public Tensor Relu() => Aten.Relu.Call(this);
    public Tensor LeakyRelu(double slope = 0.01) => Aten.LeakyRelu.Call(this, slope);
    public Tensor Elu(double alpha = 1) => Aten.Elu.Call(this, alpha);
    public Tensor Silu() => Aten.Silu.Call(this);
    public Tensor Gelu() => Aten.Gelu.Call(this);
    public Tensor Erf() => Aten.Erf.Call(this);
    public Tensor Erfinv() => Aten.Erfinv.Call(this);
    public Tensor Lgamma() => Aten.Lgamma.Call(this);
    public Tensor Digamma() => Aten.Digamma.Call(this);
    public Tensor Clamp(double? min = null, double? max = null) => Aten.Clamp.Call(this, min, max);
    public Tensor Maximum(Tensor other) => Aten.Maximum.Call(this, other);
    public Tensor Minimum(Tensor other) => Aten.Minimum.Call(this, other);
    public Tensor Sign() => Aten.Sign.Call(this);
    public Tensor Floor() => Aten.Floor.Call(this);
    public Tensor Round() => Aten.Round.Call(this);
    public Tensor IsFinite() => Aten.IsFinite.Call(this);
    public Tensor Logaddexp(Tensor other) => Aten.Logaddexp.Call(this, other);
    public Tensor Lerp(Tensor end, double weight) => Aten.Lerp.Call(this, end, weight);
#pragma warning restore CS1591, CA2225

    /// <summary>log(1 + eˣ), exact to the last bits of the type: libtorch's own switch to x at 20 costs 2e-9 in float64.</summary>
    public Tensor Softplus() => Aten.Softplus.Call(this, 1.0, DType == DType.Float64 ? 40.0 : 20.0);

    /// <summary>this + factor · a · b, in one pass.</summary>
    public Tensor Addcmul(Tensor a, Tensor b, double factor = 1) => Aten.Addcmul.Call(this, a, b, factor);

    /// <summary>(this − other)² of two tensors of one shape, in one pass: libtorch's mse_loss without its reduction.</summary>
    public Tensor MseLoss(Tensor other) => Aten.MseLoss.Call(this, other, 0L);

    /// <summary><paramref name="whenTrue"/> where the condition holds, else <paramref name="whenFalse"/>.</summary>
    public static Tensor Where(Tensor condition, Tensor whenTrue, Tensor whenFalse) => Aten.Where.Call(condition, whenTrue, whenFalse);

    /// <inheritdoc cref="Where(Tensor, Tensor, Tensor)"/>
    public static Tensor Where(Tensor condition, Tensor whenTrue, double whenFalse) => Aten.WhereElse.Call(condition, whenTrue, whenFalse);

    /// <inheritdoc cref="Where(Tensor, Tensor, Tensor)"/>
    public static Tensor Where(Tensor condition, double whenTrue, Tensor whenFalse) => Aten.WhereThen.Call(condition, whenTrue, whenFalse);

    /// <summary>Sum of all elements.</summary>
    public Tensor Sum() => Aten.Sum.Call(this);

    /// <summary>Sum over axes.</summary>
    public Tensor Sum(params long[] axes) => Aten.SumDim.Call(this, axes);

    /// <summary>Sum over one axis, which stays with size 1 when asked.</summary>
    public Tensor Sum(long axis, bool keep) => Aten.SumDim.Call(this, new[] { axis }, keep);

    /// <summary>Sum over the last <paramref name="count"/> axes; none for 0.</summary>
    public Tensor SumLast(int count) => count == 0 ? this : Aten.SumDim.Call(this, LastAxes(count));

    /// <summary>Mean of all elements.</summary>
    public Tensor Mean() => Aten.Mean.Call(this);

    /// <summary>Mean over axes.</summary>
    public Tensor Mean(params long[] axes) => Aten.MeanDim.Call(this, axes);

    /// <summary>Mean over one axis, which stays with size 1 when asked.</summary>
    public Tensor Mean(long axis, bool keep) => Aten.MeanDim.Call(this, new[] { axis }, keep);

    /// <summary>Variance over axes, divided by n − <paramref name="correction"/>.</summary>
    public Tensor Var(long[] axes, long correction = 1) => Aten.VarDim.Call(this, axes, correction);

    /// <summary>log Σ exp over one axis, computed without overflow.</summary>
    public Tensor LogSumExp(long axis, bool keep = false) => Aten.LogSumExp.Call(this, new[] { axis }, keep);

    /// <summary>exp normalised to sum one over an axis.</summary>
    public Tensor Softmax(long axis) => Aten.Softmax.Call(this, axis);

    /// <summary>The logarithm of <see cref="Softmax"/>.</summary>
    public Tensor LogSoftmax(long axis) => Aten.LogSoftmax.Call(this, axis);

    /// <summary>Largest element along axes.</summary>
    public Tensor Amax(params long[] axes) => Aten.Amax.Call(this, axes);

    /// <summary>Smallest element along axes.</summary>
    public Tensor Amin(params long[] axes) => Aten.Amin.Call(this, axes);

    /// <summary>Index of the largest element along an axis.</summary>
    public Tensor Argmax(long axis) => Aten.Argmax.Call(this, axis);

    /// <summary>Index of the smallest element along an axis.</summary>
    public Tensor Argmin(long axis) => Aten.Argmin.Call(this, axis);

    /// <summary>Whether all elements are true.</summary>
    public bool All() => Aten.All.Call(this).ToDouble() != 0;

    /// <summary>Running sum along an axis.</summary>
    public Tensor Cumsum(long axis) => Aten.Cumsum.Call(this, axis);

    /// <summary>Sorted values and the indices they came from.</summary>
    public (Tensor Values, Tensor Indices) Sort(long axis, bool descending = false) => Pair(Aten.Sort.CallMany(2, this, axis, descending));

    /// <summary>The <paramref name="k"/> largest (or smallest) along an axis, in order.</summary>
    public (Tensor Values, Tensor Indices) TopK(long k, long axis, bool largest = true) => Pair(Aten.TopK.CallMany(2, this, k, axis, largest));

    /// <summary>Euclidean norm of all elements.</summary>
    public Tensor Norm() => Aten.Norm.Call(this, 2.0);

    /// <summary>Euclidean norm along axes.</summary>
    public Tensor Norm(params long[] axes) => Aten.Norm.Call(this, 2.0, axes);

    private static (Tensor, Tensor) Pair(Tensor[] two) => (two[0], two[1]);

    private static long[] LastAxes(int count)
    {
        var axes = new long[count];
        for (var k = 0; k < count; k++) axes[k] = k - count;
        return axes;
    }
}
