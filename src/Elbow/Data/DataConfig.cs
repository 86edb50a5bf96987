using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Elbow.Data;

/// <summary>Which data a run uses and how it is prepared: the <c>data</c> part of a configuration.</summary>
public sealed record DataConfig
{
    /// <summary>A known set, a file format, a folder of images, or a generator.</summary>
    [Description("What the data is: a known set, a format of the file at data.path, or synthetic/<name>.")]
    [AllowedValues(
        "digits", "optdigits", "mnist", "fashion-mnist", "binarized-mnist", "cifar10", "frey-faces", "olivetti", "sprites",
        "idx", "npy", "csv", "images", "cifar", "dsprites",
        "synthetic/pca", "synthetic/pca-ring", "synthetic/streaming", "synthetic/manifold", "synthetic/one-factor", "synthetic/eight-gaussians",
        "synthetic/ed-g", "synthetic/ed-g-tanh", "synthetic/ed-n1", "synthetic/ed-n1-tanh", "synthetic/ed-n2", "synthetic/ed-n2-tanh", "synthetic/ed-n3", "synthetic/ed-n3-tanh",
        "synthetic/figure-eight", "synthetic/line", "synthetic/cosine", "synthetic/circle", "synthetic/swiss-roll", "synthetic/spiral")]
    public required string Kind { get; init; }

    /// <summary>The file or folder for idx, npy, csv, images, cifar and dsprites; null for all other kinds.</summary>
    [Description("File (idx, npy or npz, csv, cifar, dsprites) or folder (images); null for known sets and generators.")]
    public string? Path { get; init; }

    /// <summary>Where the classes are: CSV header or 0-based index, name of an npz array, path of an idx or npy labels file.</summary>
    [Description("CSV column (header or 0-based index), npz array, or path of an idx/npy labels file; null: none, or the one beside idx data.")]
    public string? LabelColumn { get; init; }

    /// <summary>Share of the rows for validation; known sets keep their own split and only look whether this is 0.</summary>
    /// <value>Default 0.1; 0: none.</value>
    [Description("Share of all rows held out for validation. Known sets keep their own validation rows; 0 adds those to the training rows.")]
    [Range(0.0, 0.9)]
    public double Validation { get; init; } = 0.1;

    /// <summary>Share of the rows for testing; known sets keep their own test rows.</summary>
    /// <value>Default 0.1; 0: none.</value>
    [Description("Share of all rows held out for testing. Known sets keep their own test rows.")]
    [Range(0.0, 0.9)]
    public double Test { get; init; } = 0.1;

    /// <summary>Training rows to use at most, drawn with the seed; held-out rows stay as they are.</summary>
    /// <value>Default null: all.</value>
    [Description("Training rows to use at most, drawn with the seed of the run; null: all. Validation and test rows stay as they are.")]
    [Range(1, 2_000_000_000)]
    public int? TrainingRows { get; init; }

    /// <summary>How values are scaled.</summary>
    /// <value>Default none.</value>
    [Description("none; unit: [0, 1] by known bounds; symmetric: [-1, 1] by known bounds; standardise, minMax: fitted on rows of the data.")]
    public ScaleKind Scale { get; init; } = ScaleKind.None;

    /// <summary>The rows that standardise and minMax are fitted on.</summary>
    /// <value>Default training.</value>
    [Description("Rows that standardise and minMax are fitted on: training; all, as some published code does, lets held-out rows shift and stretch the training data.")]
    public ScaleRows ScaleRows { get; init; } = ScaleRows.Training;

    /// <summary>How grey values become 0 or 1; bytes and levels are first scaled to [0, 1].</summary>
    /// <value>Default none.</value>
    [Description("none; threshold: 1 from 0.5 on; static: one Bernoulli draw; dynamic: training rows drawn anew each epoch, the others once.")]
    public BinariseKind Binarise { get; init; } = BinariseKind.None;

    /// <summary>Seed of the static draw and of held-out rows under dynamic binarisation, the same for all runs.</summary>
    /// <value>Default 777, the seed of the VampPrior code.</value>
    [Description("Seed of the static draw, and of the validation and test rows of dynamic binarisation; the same for all runs by default.")]
    public long ResampleSeed { get; init; } = 777;

    /// <summary>Pixels of black around every picture, before it is scaled.</summary>
    /// <value>Default 0.</value>
    [Description("Pixels of the lowest value around every picture, before scaling: 2 makes 32 x 32 of 28 x 28.")]
    [Range(0, 1024)]
    public int Pad { get; init; }

    /// <summary>For images: side of the central square that is cut out before resizing; null: the largest.</summary>
    [Description("images: side in pixels of the central square that is cut out before resizing to imageSize; null: the largest.")]
    [Range(1, 65536)]
    public int? Crop { get; init; }

    /// <summary>For images: side of the square to which every image is cropped and resized; null: as stored.</summary>
    [Description("images: side in pixels of the square to which all images are cropped and resized; null: as stored, all of one size.")]
    [Range(1, 4096)]
    public int? ImageSize { get; init; }

    /// <summary>For images: three channels or one; null: as the first image.</summary>
    [Description("images: true for three channels, false for grey; null: as the first image has.")]
    public bool? Colour { get; init; }

    /// <summary>For synthetic data: rows in all, before the split.</summary>
    /// <value>Default 20000.</value>
    [Description("synthetic: rows in all, before the split.")]
    [Range(1, 100_000_000)]
    public int Count { get; init; } = 20000;

    /// <summary>For synthetic data: seed of the generator; null: the seed of the run.</summary>
    [Description("synthetic: seed of the generator; null: the seed of the run.")]
    public long? Seed { get; init; }
}
