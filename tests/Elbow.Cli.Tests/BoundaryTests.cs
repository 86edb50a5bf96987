using System.CommandLine;
using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Cli.Tests;

/// <summary>What no command expects still ends in two lines and an exit code.</summary>
public sealed class BoundaryTests
{
    public static TheoryData<Exception, int, string> Errors => new()
    {
        { new UserException("what", "mend"), 2, "elbow: what" },
        { new RunFailedException("what", "mend"), 3, "elbow: what" },
        { new UnauthorizedAccessException("Access to the path 'x' is denied."), 2, "the right to read it" },
        { new IOException("Input/output error"), 3, "free space" },
        { new InsufficientMemoryException("Array dimensions exceeded supported range."), 3, "there is not enough memory (Array dimensions" },
        { new TorchException("aten::rand", "", "DefaultCPUAllocator: can't allocate memory: you tried to allocate 4000000000000 bytes."), 3, "smaller training.batchSize" },
        { new TorchException("aten::addmm", "", "CUDA out of memory. Tried to allocate 2.00 GiB"), 3, "there is not enough memory" },
        { new TorchException("aten::addmm", "", "mat1 and mat2 shapes cannot be multiplied"), 3, "a fault of Elbow" },
        { new OperationCanceledException(), 130, "" },
    };

    [Theory, MemberData(nameof(Errors))]
    public void Run_CommandThatThrows_IsExplained(Exception error, int code, string line)
    {
        var command = new Command("elbow");
        command.SetAction((Func<ParseResult, int>)(_ => throw error));
        var (before, said) = (Console.Error, new StringWriter());
        Console.SetError(said);
        try
        {
            Assert.Equal(code, Boundary.Run(command, []));
        }
        finally
        {
            Console.SetError(before);
        }
        Assert.Contains(line, said.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said.ToString(), StringComparison.Ordinal);
    }
}
