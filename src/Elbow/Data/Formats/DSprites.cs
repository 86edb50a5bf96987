using System.IO.Compression;
using Elbow.Experiments;

namespace Elbow.Data.Formats;

/// <summary>The npz file of the dSprites set: binary pictures <c>imgs</c> and the level of each factor, <c>latents_classes</c>.</summary>
/// <remarks>
/// Matthey, Higgins, Hassabis, Lerchner, dSprites: disentanglement testing sprites dataset, 2017, file <c>dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz</c>: 737,280 pictures of 64 x 64. As
/// bytes they would need 3 GB, more than one array holds; packed into bits they need 377 MB.
/// </remarks>
internal static class DSprites
{
    private const string Images = "imgs", Classes = "latents_classes", Values = "latents_values";
    private static readonly string[] Names = ["color", "shape", "scale", "orientation", "posX", "posY"];
    private static readonly string[] Shapes = ["square", "ellipse", "heart"];

    /// <summary>All pictures, with the factors that vary as label columns.</summary>
    /// <exception cref="UserException">Missing, damaged, or without these arrays.</exception>
    public static IDataset Open(string path, IProgress<DataProgress>? progress) => BadData.Guard(path, () =>
    {
        using var archive = ZipFile.OpenRead(path);
        var names = Npz.Names(archive);
        if (!names.Contains(Images) || !(names.Contains(Classes) || names.Contains(Values)))
            throw BadData.In(path, $"holds {(names.Length == 0 ? "no arrays" : string.Join(", ", names))}; the dSprites file holds {Images} and {Classes}", "name the npz file of dSprites, or set data.kind to npy");
        var factors = Npz.Read(archive, path, names.Contains(Classes) ? Classes : Values, null, [], null);
        using var stream = archive.GetEntry($"{Images}.npy")!.Open();
        var inside = $"{path}[{Images}]";
        var header = Npz.Header(archive, stream, path, Images);
        if (!header.Format.IsByte || header.Fortran || header.Dims.Count != 3)
            throw BadData.In(inside, $"is no array of bytes, rows x height x width ({header.DimsText})", "use the file as it is published");
        if (header.Dims[0] != factors.Count)
            throw BadData.In(path, $"{Images} has {header.Dims[0]} rows, its factors have {factors.Count}", "use the file as it is published");
        return PackedImages.Read(stream, inside, header.Dims[0], header.RowShape(inside), Columns(factors), progress);
    });

    private static LabelColumn[] Columns(IDataset factors)
    {
        var (N, M) = (factors.Count, factors.Shape.Size);
        var columns = Enumerable.Range(0, M).Select(_ => new float[N]).ToArray();
        Rows.ForEachBlock(factors, (first, values) =>
        {
            for (var i = 0; i < values.Length; i++) columns[i % M][first + (i / M)] = values[i];
        });
        return [.. columns.Select((column, k) => Column(M == Names.Length ? Names[k] : $"factor{k}", column)).Where(column => column.Classes.Count > 1)];
    }

    private static LabelColumn Column(string name, float[] values)
    {
        float[] distinct = [.. values.Distinct().Order()];
        IReadOnlyList<string> classes = name == "shape" && distinct.Length == Shapes.Length ? Shapes : [.. distinct.Select(value => $"{value}")];
        return new LabelColumn(name, [.. values.Select(value => Array.BinarySearch(distinct, value))], classes);
    }
}
