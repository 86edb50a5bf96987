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

        /// <summary>Zeros around the image.</summary>
        [Description("zeros around the image"), Range(0, 15)]
        public int Padding { get; init; } = 1;

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

        /// <inheritdoc/>
        public override ILayer BuildEncoder(DataShape data, int outputs, Init init)
        {
            var layers = new List<ILayer> { new Reshape(data.Channels, data.Height, data.Width), new ChannelsLast() };
            var (height, width) = Sizes(data)[^1];
            var channels = data.Channels;
            foreach (var next in Channels)
            {
                layers.Add(new Conv2d(channels, next, Kernel, Stride, Padding, init));
                Finish(layers, next, init);
                channels = next;
            }
            layers.Add(new Reshape(channels * height * width));
            Dense(layers, channels * height * width, outputs, init);
            return new Sequential(layers);
        }

        /// <inheritdoc/>
        public override ILayer BuildDecoder(int inputs, DataShape data, int outputsPerDimension, Init init)
        {
            // The sizes that an encoder over this image would pass through, walked backwards; output padding makes up for rounding.
            var sizes = Sizes(data);
            sizes.Reverse();
            var extras = sizes.Zip(sizes.Skip(1), (small, large) => (large.Height - Grow(small.Height), large.Width - Grow(small.Width))).ToList();
            var layers = new List<ILayer>();
            var (channels, height, width) = (Channels[0], sizes[0].Height, sizes[0].Width);
            Dense(layers, inputs, channels * height * width, init);
            layers.Add(new Reshape(channels, height, width));
            layers.Add(new ChannelsLast());
            NormaliseAndActivate(layers, channels, init);
            for (var k = 0; k < Channels.Count; k++)
            {
                var last = k == Channels.Count - 1;
                var next = last ? outputsPerDimension * data.Channels : Channels[k + 1];
                layers.Add(new ConvTranspose2d(channels, next, Kernel, Stride, Padding, extras[k], init));
                if (!last) Finish(layers, next, init);
                channels = next;
            }
            layers.Add(new Reshape(outputsPerDimension * data.Size));
            return new Sequential(layers);
        }

        // The image before and after each stage of an encoder.
        private List<(int Height, int Width)> Sizes(DataShape data)
        {
            var sizes = new List<(int Height, int Width)> { (data.Height, data.Width) };
            foreach (var _ in Channels)
            {
                var (height, width) = sizes[^1];
                if (Math.Min(height, width) + 2 * Padding < Kernel)
                {
                    throw new ArgumentException(
                        $"after {sizes.Count - 1} of {Channels.Count} stages a {data} image is {height} x {width}, too small for a kernel of {Kernel} with padding {Padding}: use fewer channels, or dense layers");
                }
                sizes.Add((Shrink(height), Shrink(width)));
            }
            return sizes;
        }

        private int Shrink(int side) => (side + 2 * Padding - Kernel) / Stride + 1;

        private int Grow(int side) => (side - 1) * Stride - 2 * Padding + Kernel;

        private void NormaliseAndActivate(List<ILayer> layers, int channels, Init init)
        {
            if (Norm != NormKind.None) layers.Add(new Normalisation(Norm, channels, init));
            if (Activation != ActivationKind.Identity) layers.Add(new Activation(Activation));
        }

        private void Finish(List<ILayer> layers, int channels, Init init)
        {
            NormaliseAndActivate(layers, channels, init);
            for (var k = 0; k < ResidualBlocks; k++) layers.Add(new Residual(channels, Norm, Activation, init));
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
    }
}
