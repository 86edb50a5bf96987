namespace Elbow.Data;

/// <summary>How far a long load, check or download is.</summary>
/// <param name="What">The file or step.</param>
/// <param name="Done">Units (bytes or rows) done.</param>
/// <param name="Total">Units in all; 0 when not known.</param>
public readonly record struct DataProgress(string What, long Done, long Total);
