namespace Elbow.Experiments.Storage;

/// <summary>Turns what the operating system says into what the user can do about it.</summary>
internal static class DiskError
{
    // errno on Unix, Win32 code in the low word of HResult on Windows.
    private const int Enospc = 28, EdquotLinux = 122, EdquotMac = 69, Erofs = 30;
    private const int WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int EagainLinux = 11, EagainMac = 35, WindowsSharingViolation = unchecked((int)0x80070020);

    /// <summary>True for the exceptions that <see cref="WhileWriting"/> and <see cref="WhileReading"/> explain.</summary>
    public static bool IsDisk(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>True when another process holds the file.</summary>
    public static bool IsHeldElsewhere(IOException e) => e.HResult is EagainLinux or EagainMac or WindowsSharingViolation;

    public static Exception WhileWriting(Exception e, string path) => e switch
    {
        IOException { HResult: Enospc or EdquotLinux or EdquotMac or WindowsDiskFull or WindowsHandleDiskFull } => new RunFailedException(
            $"the disk is full: {path} could not be written",
            "free some space there, then resume; everything saved before is intact", e),
        UnauthorizedAccessException or IOException { HResult: Erofs } => new UserException(
            $"{path} cannot be written: {e.Message}",
            "make its folder writable, or choose another folder; everything saved before is intact", e),
        DirectoryNotFoundException => new UserException(
            $"{path} cannot be written: its folder does not exist or is a file", "create the folder, or choose another one", e),
        _ => new RunFailedException(
            $"{path} could not be written: {e.Message}",
            "check the disk that holds it, then resume; everything saved before is intact", e),
    };

    public static UserException WhileReading(Exception e, string path) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => new UserException($"{path} does not exist", "check the path", e),
        _ => new UserException($"{path} cannot be read: {e.Message}", "check that it exists and that you may read it", e),
    };
}
