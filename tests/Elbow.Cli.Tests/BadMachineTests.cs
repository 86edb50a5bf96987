using System.Diagnostics;
using Elbow.Cli.Tests.Support;

namespace Elbow.Cli.Tests;

/// <summary>A machine on which something is missing, full, locked or in use.</summary>
public sealed class BadMachineTests(TrainedRun trained)
{
    private static readonly BadInput[] Table =
    [
        new("no shim", ["train", "tiny.json"], ["there is no", "libelbow_torch.so"], ["correct ELBOW_NATIVE"]) { Prepare = at => at.Environment["ELBOW_NATIVE"] = at.Root },
        new("damaged shim", ["train", "tiny.json"], ["libelbow_torch.so cannot be opened"], ["apt-get install"]) { Prepare = DamagedShim },
        new("no libtorch", ["train", "tiny.json"], ["there is no lib/libtorch.so"], ["point ELBOW_LIBTORCH"]) { Prepare = at => at.Environment["ELBOW_LIBTORCH"] = at.Root },
    ];

    public static TheoryData<string> Names => [.. Table.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Machine_LacksTheEngine_IsExplained(string name)
    {
        using var at = new Workspace();
        at.Write("tiny.json", Configs.Digits);

        Table.Single(row => row.Name == name).Check(at);

        Assert.False(Directory.Exists(at.At("runs")));
    }

    [Fact]
    public void Doctor_WithoutTheEngine_StillLooksAtTheRest()
    {
        using var at = new Workspace();
        at.Environment["ELBOW_NATIVE"] = at.Root;

        var outcome = ElbowProcess.Run(at, "doctor");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(outcome.OutLines, line => line.StartsWith("missing", StringComparison.Ordinal) && line.Contains("libtorch", StringComparison.Ordinal));
        Assert.Contains(outcome.OutLines, line => line.Contains("-> correct ELBOW_NATIVE", StringComparison.Ordinal));
        Assert.Contains(outcome.OutLines, line => line.StartsWith("ok       disk", StringComparison.Ordinal));
    }

    [Fact]
    public void Train_DiskFull_KeepsTheLastCheckpointAndResumesWhenThereIsRoom()
    {
        using var at = new Workspace();
        at.Write("tiny.json", Configs.Digits);
        // Room for the two checkpoints of the first epoch, not for a third beside them.
        using var small = Mount.Tmpfs(at.At("small"), "size=1300k");
        var full = new BadInput("full", ["train", "tiny.json", "--out", "small", "--set", "training.epochs=3"], ["the disk is full"], ["free some space", "intact"]) { ExitCode = 3 };
        full.Check(at);
        var run = Directory.GetDirectories(at.At("small")).Single();
        ElbowProcess.Run(at, "sample", run, "--out", "x.npy", "--checkpoint", "last").MustSucceed();

        small.Resize("size=20m");
        ElbowProcess.Run(at, "resume", run).MustSucceed();

        var whole = ElbowProcess.Run(at, "train", "tiny.json", "--set", "training.epochs=3").MustSucceed().OutLines[^1];
        Assert.Equal(Workspace.Sha256(at.At(whole, "checkpoints/last/model.safetensors")), Workspace.Sha256(Path.Combine(run, "checkpoints/last/model.safetensors")));
    }

    [Fact]
    public void Run_ReadOnly_CanBeUsedButNotChanged()
    {
        using var at = new Workspace();
        at.Copy(trained.Path, "r");
        using var mounted = Mount.ReadOnly(at.At("r"));

        ElbowProcess.Run(at, "sample", "r", "--out", "x.png").MustSucceed();
        new BadInput("resume", ["resume", "r", "--epochs", "3"], ["Read-only"], ["writable"]).Check(at);
        new BadInput("evaluate", ["evaluate", "r"], ["Read-only"], ["writable"]).Check(at);
        Assert.Contains("ELBO", ElbowProcess.Run(at, "evaluate", "r").Out);
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    public void Train_NobodyHearsIt_GoesOn(string streams)
    {
        using var at = new Workspace { Closing = streams };
        at.Write("tiny.json", Configs.Digits);

        Assert.True(Directory.Exists(at.At(ElbowProcess.Run(at, "train", "tiny.json").MustSucceed().OutLines[^1], "checkpoints", "best")));
        Assert.Equal(2, ElbowProcess.Run(at, "evaluate", "nope").ExitCode);
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData(">/dev/full")]
    public void Evaluate_ResultCannotBePrinted_IsSaidAndKept(string streams)
    {
        using var at = new Workspace { Closing = streams };
        at.Copy(trained.Path, "r");

        new BadInput("no stdout", ["evaluate", "r"], ["standard output cannot be written"], ["what was saved in files is saved"]).Check(at);

        Assert.True(File.Exists(at.At("r", "metrics.json")));
    }

    // What may not be read, the command, a piece of what is said.
    public static TheoryData<string, string, string> Unreadable => new()
    {
        { "r", "evaluate r", "r cannot be read" },
        { "r/config.json", "evaluate r", "config.json" },
        { "r/config.json", "resume r --epochs 3", "config.json" },
        { "r/config.json", "compare r", "config.json" },
        { "r/environment.json", "evaluate r", "environment.json cannot be read" },
        { "r/checkpoints", "evaluate r", "checkpoints cannot be read" },
        { "r/checkpoints/best/model.safetensors", "evaluate r", "model.safetensors cannot be read" },
        { "r/checkpoints/last/state.json", "resume r --epochs 3", "" },
        { "tiny.json", "train tiny.json", "tiny.json" },
        { "", "evaluate r", "cannot be written" },
        { "", "resume r --epochs 3", "cannot be written" },
        { "", "train tiny.json", "cannot be written" },
        { "", "sample r --out x.csv", "cannot be written" },
    };

    [Theory, MemberData(nameof(Unreadable))]
    public void Run_WithoutPermission_IsTheUsersToMend(string path, string command, string what)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "permissions are those of Unix");
        using var at = new Workspace { Unprivileged = true };
        at.Write("tiny.json", Configs.Digits);
        at.Copy(trained.Path, "r");
        const UnixFileMode entered = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        string[] folders = [at.Root, at.At("r")];
        foreach (var folder in folders) Permit(folder, entered);
        try
        {
            Assert.SkipUnless(Starts(at), "nobody else may run the program where it lies");
            if (path.Length > 0) Permit(at.At(path), UnixFileMode.None);
            new BadInput(command, command.Split(' '), [what], [""]).Check(at);
        }
        finally
        {
            foreach (var folder in folders) Permit(folder, entered | UnixFileMode.UserWrite);
            if (path.Length > 0) Permit(at.At(path), entered | UnixFileMode.UserWrite);
        }
    }

    private static void Permit(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
    }

    private static bool Starts(Workspace at)
    {
        try
        {
            return starts ??= ElbowProcess.Run(at, "--version").ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static bool? starts;

    [Fact]
    public void Resume_WhileAnotherTrains_NamesTheOther()
    {
        using var at = new Workspace();
        at.Write("tiny.json", Configs.Digits);
        using var first = ElbowProcess.Start(at, "train", "tiny.json", "--set", "training.epochs=100000");
        var run = Runs.WaitForEpochs(at.At("runs"), 1, first);

        new BadInput("second", ["resume", run], ["is in use by"], ["Ctrl-C saves its state"]).Check(at);

        Assert.False(first.HasExited);
        first.Signal(ElbowProcess.SigInt);
        Assert.Equal(130, first.Wait().ExitCode);
    }

    private static void DamagedShim(Workspace at)
    {
        at.Environment["ELBOW_NATIVE"] = at.Root;
        at.Write("libelbow_torch.so", "not a library");
    }

    /// <summary>A mounted folder; skips the test where mounting is not allowed.</summary>
    private sealed class Mount : IDisposable
    {
        private readonly string folder;

        private Mount(string folder) => this.folder = folder;

        public static Mount Tmpfs(string folder, string size)
        {
            Directory.CreateDirectory(folder);
            return Do(folder, "-t", "tmpfs", "-o", size, "tmpfs", folder);
        }

        public static Mount ReadOnly(string folder)
        {
            var mounted = Do(folder, "--bind", folder, folder);
            Command("mount", "-o", "remount,bind,ro", folder);
            return mounted;
        }

        public void Resize(string size) => Assert.True(Command("mount", "-o", $"remount,{size}", folder));

        public void Dispose() => Command("umount", folder);

        private static Mount Do(string folder, params string[] arguments)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux() && Command("mount", arguments), "needs a Linux user who may mount a small disk");
            return new Mount(folder);
        }

        private static bool Command(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
