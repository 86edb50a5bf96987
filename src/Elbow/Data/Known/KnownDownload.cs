namespace Elbow.Data;

/// <summary>Something that can be fetched: a file, or an archive that holds several files of the set.</summary>
/// <param name="File">What arrives.</param>
/// <param name="Addresses">Public addresses that serve the same bytes, tried in this order.</param>
/// <param name="Unpacks">Files taken out of the gzipped tar archive; empty when the download is itself the file.</param>
public sealed record KnownDownload(KnownFile File, IReadOnlyList<Uri> Addresses, IReadOnlyList<KnownFile> Unpacks);
