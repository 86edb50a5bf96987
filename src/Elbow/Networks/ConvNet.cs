using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Elbow.Networks;

/// <summary>
/// Strided convolutions down to a small image, then dense layers; as a decoder the mirror image, with transposed convolutions.
/// Residual blocks may follow each stage.
/// </summary>
public static class ConvNet
{
    /// <summary>Configuration of a convolutional encoder or decoder, channels listed in the order of computation.</summary>
    [Description("strided convolutions, optionally with residual blocks; in a decoder transposed convolutions")]
    public sealed record Config : NetworkConfig
    {
        /// <summary>Channels after each stage, in the order of computation: an encoder's mirror is the reversed list.</summary>
        [Description("channels of each stage, in the order of computation"), MinLength(1)]
        public IReadOnlyList<int> Channels { get; init; } = [32, 64, 128];

        /// <summary>Side of the kernels.</summary>
        [Description("side of the kernels"), Range(1, 31)]
        public int Kernel { get; init; } = 4;

        /// <summary>Step of the kernels: how much each stage shrinks (or enlarges) the image.</summary>
        [Description("step of the kernels: how much each stage shrinks or enlarges the image"), Range(1, 8)]
        public int Stride { get; init; } = 2;

        /// <summary>Steps of the first stages, where they differ from <see cref="Stride"/>.</summary>
        [Description("steps of the first stages, in the order of computation, where they differ from stride")]
        public IReadOnlyList<int> Strides { get; init; } = [];

        /// <summary>Zeros around the image; null: as many as make a stage of step s turn side n into ⌈n/s⌉, an odd one at the end.</summary>
        [Description("zeros around the image; null: so many that a stage of step s makes n/s, rounded up, of a side n, with an odd one at the end ('same')"), Range(0, 15)]
        public int? Padding { get; init; } = 1;

        /// <summary>Residual blocks after each stage.</summary>
        [Description("residual blocks after each stage"), Range(0, 64)]
        public int ResidualBlocks { get; init; }

        /// <summary>Dense hidden widths between the image part and the ends.</summary>
        [Description("dense hidden widths between the images and the latents")]
        public IReadOnlyList<int> Hidden { get; init; } = [];

        /// <summary>The nonlinearity after each hidden layer.</summary>
        [Description("nonlinearity after each hidden layer")]
        public ActivationKind Activation { get; init; } = ActivationKind.Relu;

        /// <summary>Normalisation between a hidden layer and its nonlinearity.</summary>
        [Description("normalisation between a hidden layer and its nonlinearity")]
        public NormKind Norm { get; init; } = NormKind.None;

        /// <summary>Share of a batch in the running statistics of batch normalisation: 1 − momentum in the convention of Keras.</summary>
        [Description("share of a batch in the running statistics of batch normalisation: PyTorch's momentum, 1 minus that of Keras"), Range(0.0, 1.0, MinimumIsExclusive = true)]
        public double NormMomentum { get; init; } = Normalisation.DefaultMomentum;

        /// <summary>Added to variances by a normalisation.</summary>
        [Description("added to variances by a normalisation"), Range(0.0, 1.0, MinimumIsExclusive = true)]
        public double NormEpsilon { get; init; } = Normalisation.DefaultEpsilon;

        /// <summary>Encoder: 2x − 1 before anything else, for data from 0 to 1.</summary>
        [Description("encoder: 2x - 1 before anything else, for data from 0 to 1")]
        public bool CentreInput { get; init; }

        /// <summary>Decoder: normalisation and nonlinearity also after the dense layer that makes the first image.</summary>
        [Description("decoder: normalisation and nonlinearity also after the dense layer that makes the first image")]
        public bool ActivateFirst { get; init; } = true;

        /// <inheritdoc/>
        public override ILayer BuildEncoder(DataShape data, int outputs, Init init)
        {
            var stages = Stages(data, down: true);
            var layers = new List<ILayer> { new Reshape(data.Channels, data.Height, data.Width), new ChannelsLast() };
            if (CentreInput) layers.Add(new Centre());
            var channels = data.Channels;
            foreach (var (next, stage) in Channels.Zip(stages))
            {
                // Zeros that are not the same on both sides are put there before.
                if (stage.Even is null) layers.Add(new Border(stage.Rows.Before, stage.Rows.After, stage.Columns.Before, stage.Columns.After));
                layers.Add(new Conv2d(channels, next, Kernel, stage.Stride, stage.Even ?? 0, init));
                Finish(layers, next, init);
                channels = next;
            }
            var (height, width) = (stages[^1].Rows.Small, stages[^1].Columns.Small);
            layers.Add(new Reshape(channels * height * width));
            Dense(layers, channels * height * width, outputs, init);
            return new Sequential(layers);
        }

        /// <inheritdoc/>
        public override ILayer BuildDecoder(int inputs, DataShape data, int outputsPerDimension, Init init)
        {
            ArgumentNullException.ThrowIfNull(init);
            // The stages that an encoder over this image would have, walked backwards; output padding makes up for rounding.
            var stages = Stages(data, down: false);
            stages.Reverse();
            var layers = new List<ILayer>();
            var (channels, height, width) = (Channels[0], stages[0].Rows.Small, stages[0].Columns.Small);
            Dense(layers, inputs, channels * height * width, init);
            layers.Add(new Reshape(channels, height, width));
            layers.Add(new ChannelsLast());
            if (ActivateFirst) NormaliseAndActivate(layers, channels, init);
            for (var k = 0; k < Channels.Count; k++)
            {
                var (last, stage) = (k == Channels.Count - 1, stages[k]);
                var next = last ? outputsPerDimension * data.Channels : Channels[k + 1];
                layers.Add(new ConvTranspose2d(channels, next, Kernel, stage.Stride, stage.Even ?? 0, OutputPadding(stage, Kernel), last ? init.ForOutput : init));
                if (stage.Even is null) layers.Add(new Border(-stage.Rows.Before, -stage.Rows.After, -stage.Columns.Before, -stage.Columns.After));
                if (!last) Finish(layers, next, init);
                channels = next;
            }
            layers.Add(new Reshape(outputsPerDimension * data.Size));
            return new Sequential(layers);
        }

        // The stages of an encoder of this image, from the image on. A decoder computes them from the other end.
        private List<Stage> Stages(DataShape data, bool down)
        {
            if (Strides.Count > Channels.Count) throw new ArgumentException($"strides has {Strides.Count} numbers for {Channels.Count} stages: give at most one for each");
            if (Strides.Any(stride => stride is < 1 or > 8)) throw new ArgumentException($"strides has a step outside 1 to 8: {string.Join(", ", Strides)}");
            List<int> strides = [.. Strides, .. Enumerable.Repeat(Stride, Channels.Count - Strides.Count)];
            if (!down) strides.Reverse();
            var stages = new List<Stage>();
            var (height, width) = (data.Height, data.Width);
            if (data is { IsVector: true, Width: > 1 }) throw new ArgumentException($"the data are vectors of {data} numbers, and a convolution needs pictures: use dense layers, kind mlp");
            foreach (var stride in strides)
            {
                if (Padding is { } padding && Math.Min(height, width) + 2 * padding < Kernel)
                {
                    throw new ArgumentException(
                        $"after {stages.Count} of {Channels.Count} stages a {data} image is {height} x {width}, too small for a kernel of {Kernel} with padding {Padding}: use fewer channels, or dense layers");
                }
                stages.Add(new Stage(stride, Along(height, stride), Along(width, stride)));
                (height, width) = (stages[^1].Rows.Small, stages[^1].Columns.Small);
            }
            return stages;
        }

        private Axis Along(int large, int stride)
        {
            if (Padding is { } zeros) return new Axis(large, (large + 2 * zeros - Kernel) / stride + 1, zeros, zeros);
            var small = (large + stride - 1) / stride;
            var padding = Math.Max(0, (small - 1) * stride + Kernel - large);
            return new Axis(large, small, padding / 2, padding - padding / 2);
        }

        // What an encoder rounds away at the end of each side.
        private static (long Height, long Width) OutputPadding(Stage stage, int kernel)
        {
            return (Missing(stage.Rows), Missing(stage.Columns));

            long Missing(Axis axis) => Math.Max(0, axis.Large + axis.Before + axis.After - ((axis.Small - 1) * stage.Stride + kernel));
        }

        private void NormaliseAndActivate(List<ILayer> layers, int channels, Init init)
        {
            if (Norm != NormKind.None) layers.Add(new Normalisation(Norm, channels, init, NormMomentum, NormEpsilon));
            if (Activation != ActivationKind.Identity) layers.Add(new Activation(Activation));
        }

        private void Finish(List<ILayer> layers, int channels, Init init)
        {
            NormaliseAndActivate(layers, channels, init);
            for (var k = 0; k < ResidualBlocks; k++) layers.Add(new Residual(channels, Norm, Activation, init, NormMomentum, NormEpsilon));
        }

        private void Dense(List<ILayer> layers, int inputs, int outputs, Init init)
        {
            foreach (var width in Hidden)
            {
                layers.Add(new Linear(inputs, width, init));
                NormaliseAndActivate(layers, width, init);
                inputs = width;
            }
            layers.Add(new Linear(inputs, outputs, init));
        }

        // One side of the image before and after a stage of an encoder, and the zeros around it.
        private readonly record struct Axis(int Large, int Small, int Before, int After);

        private readonly record struct Stage(int Stride, Axis Rows, Axis Columns)
        {
            // The zeros of all four sides where they are the same, which a convolution adds by itself.
            internal int? Even => Rows.Before == Rows.After && Columns.Before == Columns.After && Rows.Before == Columns.Before ? Rows.Before : null;
        }
    }
}
