namespace Elbow.Data;

/// <summary>One set of files in which a known set may be present; a set can have several, the first complete one is used.</summary>
/// <param name="Note">What the files are, recorded with every run: <c>all 50000 training images</c>.</param>
/// <param name="Files">All are needed.</param>
/// <param name="Downloads">How to get them; empty when nobody serves them publicly in this form.</param>
/// <param name="Open">Opens the files, given their paths in the order of <paramref name="Files"/>.</param>
public sealed record KnownEdition(
    string Note, IReadOnlyList<KnownFile> Files, IReadOnlyList<KnownDownload> Downloads, Func<IReadOnlyList<string>, KnownParts> Open);

/// <summary>The parts in which a known set comes.</summary>
/// <param name="Training">Training rows, the validation rows among them unless they come apart.</param>
/// <param name="Validation">Validation rows if the set has its own; else the last <paramref name="HeldOut"/> training rows are
/// taken.</param>
/// <param name="Test">Test rows; null: the fractions of the configuration split the set.</param>
/// <param name="HeldOut">Training rows that become validation rows.</param>
public sealed record KnownParts(IDataset Training, IDataset? Validation, IDataset? Test, int HeldOut);
