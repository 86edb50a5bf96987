namespace Elbow.Torch.Native;

/// <summary>The operators that Elbow uses, by libtorch's schema names. To bind another one, add a line here and a typed method on <see cref="Tensor"/>.</summary>
internal static class Aten
{
    private static Op A(string name, string overload = "") => new("aten::" + name, overload);

    // Arithmetic
    internal static readonly Op Add = A("add", "Tensor"), AddScalar = A("add", "Scalar"), Sub = A("sub", "Tensor"), SubScalar = A("sub", "Scalar"),
        RsubScalar = A("rsub", "Scalar"), Mul = A("mul", "Tensor"), MulScalar = A("mul", "Scalar"), Div = A("div", "Tensor"), DivScalar = A("div", "Scalar"),
        Neg = A("neg"), PowScalar = A("pow", "Tensor_Scalar"), Pow = A("pow", "Tensor_Tensor"), Remainder = A("remainder", "Scalar"), Addcmul = A("addcmul"), Lerp = A("lerp", "Scalar");

    // Elementwise functions
    internal static readonly Op Abs = A("abs"), Exp = A("exp"), Log = A("log"), Log1p = A("log1p"), Expm1 = A("expm1"), Sqrt = A("sqrt"), Rsqrt = A("rsqrt"),
        Square = A("square"), Reciprocal = A("reciprocal"), Sin = A("sin"), Cos = A("cos"), Tanh = A("tanh"), Atanh = A("atanh"), Sigmoid = A("sigmoid"),
        LogSigmoid = A("log_sigmoid"), Softplus = A("softplus"), Relu = A("relu"), LeakyRelu = A("leaky_relu"), Elu = A("elu"), Silu = A("silu"), Gelu = A("gelu"),
        Erf = A("erf"), Erfinv = A("erfinv"), Lgamma = A("lgamma"), Digamma = A("digamma"), Clamp = A("clamp"), Maximum = A("maximum"), Minimum = A("minimum"),
        Sign = A("sign"), Floor = A("floor"), Round = A("round"), IsFinite = A("isfinite"), Logaddexp = A("logaddexp"), MseLoss = A("mse_loss"), Where = A("where", "self"), WhereElse = A("where", "ScalarOther"),
        WhereThen = A("where", "ScalarSelf"),
        Eq = A("eq", "Tensor"), EqScalar = A("eq", "Scalar"), Lt = A("lt", "Tensor"), LtScalar = A("lt", "Scalar"), Gt = A("gt", "Tensor"), GtScalar = A("gt", "Scalar"),
        Le = A("le", "Tensor"), LeScalar = A("le", "Scalar"), Ge = A("ge", "Tensor"), GeScalar = A("ge", "Scalar"), Not = A("logical_not"), And = A("logical_and");

    // Reductions
    internal static readonly Op Sum = A("sum"), SumDim = A("sum", "dim_IntList"), Mean = A("mean"), MeanDim = A("mean", "dim"), VarDim = A("var", "correction"),
        LogSumExp = A("logsumexp"), Softmax = A("softmax", "int"), LogSoftmax = A("log_softmax", "int"), Amax = A("amax"), Amin = A("amin"), Argmax = A("argmax"),
        Argmin = A("argmin"), All = A("all"), Cumsum = A("cumsum"), Sort = A("sort"), TopK = A("topk"), Norm = A("linalg_vector_norm");

    // Shape
    internal static readonly Op Reshape = A("reshape"), Permute = A("permute"), Transpose = A("transpose", "int"), Unsqueeze = A("unsqueeze"), Squeeze = A("squeeze", "dim"),
        Expand = A("expand"), Cat = A("cat"), Stack = A("stack"), Chunk = A("chunk"), Narrow = A("narrow"), Select = A("select", "int"), Slice = A("slice", "Tensor"),
        IndexSelect = A("index_select"), Gather = A("gather"), ScatterAdd = A("scatter_add"), Flip = A("flip"), Repeat = A("repeat"), RepeatInterleave = A("repeat_interleave", "self_int"),
        Contiguous = A("contiguous"), Clone = A("clone"), Detach = A("detach"), ToType = A("to", "dtype"), ToDevice = A("to", "device"), Diagonal = A("diagonal"),
        DiagEmbed = A("diag_embed"), Tril = A("tril"), OneHot = A("one_hot"), Roll = A("roll");

    // Linear algebra
    internal static readonly Op Matmul = A("matmul"), Linear = A("linear"), Cdist = A("cdist"), Cholesky = A("linalg_cholesky"),
        SolveTriangular = A("linalg_solve_triangular"), Solve = A("linalg_solve"), Eigh = A("linalg_eigh"), Eigvalsh = A("linalg_eigvalsh"), Qr = A("linalg_qr"), Slogdet = A("linalg_slogdet"), Svd = A("linalg_svd");

    // Networks
    internal static readonly Op Conv2d = A("conv2d"), ConvTranspose2d = A("conv_transpose2d", "input"), BatchNorm = A("batch_norm"), LayerNorm = A("layer_norm"),
        GroupNorm = A("group_norm"), MaxPool2d = A("max_pool2d"), AvgPool2d = A("avg_pool2d"), UpsampleNearest2d = A("upsample_nearest2d"), UpsampleBilinear2d = A("_upsample_bilinear2d_aa"),
        Pad = A("constant_pad_nd");

    // Creation and randomness
    internal static readonly Op Full = A("full"), Arange = A("arange", "start"), Linspace = A("linspace"), Eye = A("eye"), ZerosLike = A("zeros_like"),
        Randn = A("randn", "generator"), Rand = A("rand", "generator"), Bernoulli = A("bernoulli"), RandInt = A("randint", "low_generator"), RandPerm = A("randperm", "generator"),
        Multinomial = A("multinomial");

    // In place
    internal static readonly Op CopyInPlace = A("copy_"), FillInPlace = A("fill_", "Scalar"), AddInPlace = A("add_", "Tensor"), MulScalarInPlace = A("mul_", "Scalar"),
        MulInPlace = A("mul_", "Tensor"), ReluInPlace = A("relu_"), LerpInPlace = A("lerp_", "Scalar"), ClampInPlace = A("clamp_"),
        ForeachMulScalar = A("_foreach_mul_", "Scalar"), ForeachAddList = A("_foreach_add_", "List"), ForeachAddScalar = A("_foreach_add_", "Scalar"),
        ForeachAddcmul = A("_foreach_addcmul_", "Scalar"), ForeachAddcdiv = A("_foreach_addcdiv_", "Scalar"), ForeachSqrt = A("_foreach_sqrt"), ForeachDivScalar = A("_foreach_div_", "Scalar"),
        ForeachMaximum = A("_foreach_maximum_", "List"), ForeachAbs = A("_foreach_abs"), ForeachAdd = A("_foreach_add", "List"),
        FusedAdam = A("_fused_adam_");
}
