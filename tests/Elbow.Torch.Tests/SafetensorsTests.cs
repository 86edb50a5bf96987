using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace Elbow.Torch.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private readonly ScopeFixture scope = new();

    public void Dispose() => scope.Dispose();

    private static Dictionary<string, Tensor> Everything() => new()
    {
        ["f64"] = Numbers.Sample(1, 2, 3),
        ["f32"] = Numbers.Sample(2, 5).To(DType.Float32),
        ["f16"] = Numbers.Sample(3, 3).To(DType.Float16),
        ["bf16"] = Numbers.Sample(4, 3).To(DType.BFloat16),
        ["i64"] = Tensor.From(long.MinValue, long.MaxValue),
        ["i32"] = Tensor.From(int.MinValue, int.MaxValue),
        ["i16"] = Tensor.From(short.MinValue, short.MaxValue),
        ["i8"] = Tensor.From(sbyte.MinValue, sbyte.MaxValue),
        ["u8"] = Tensor.From<byte>(0, 127, 255),
        ["bool"] = Tensor.From(true, false, true),
        ["empty"] = Tensor.Zeros([0, 7]),
        ["also empty"] = Tensor.Zeros([4, 0, 2], DType.Int16),
        ["scalar"] = Tensor.From([2.5f], []),
        ["transposed"] = Numbers.Sample(5, 3, 4).T,
        ["naïve \"名\"\n"] = Tensor.From(1.0),
    };

    private static byte[] Written(Dictionary<string, Tensor> tensors, Dictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    [Fact]
    public void RoundTrip_EveryTypeAndShape()
    {
        var tensors = Everything();
        using var stream = new MemoryStream(Written(tensors));
        var read = Safetensors.Read(stream);
        Assert.Equal(tensors.Keys.Order(StringComparer.Ordinal), read.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal(tensor.DType, read[name].DType);
            Assert.Equal(tensor.Shape, read[name].Shape);
            Assert.True(tensor.Eq(read[name]).All(), name);
        }
    }

    [Fact]
    public void RoundTrip_KeepsNanAndSignOfZero()
    {
        using var stream = new MemoryStream(Written(new() { ["x"] = Tensor.From(double.NaN, -0.0, double.NegativeInfinity) }));
        var bits = Safetensors.Read(stream)["x"].ToArray<double>().Select(BitConverter.DoubleToInt64Bits);
        Assert.Equal(new[] { double.NaN, -0.0, double.NegativeInfinity }.Select(BitConverter.DoubleToInt64Bits), bits);
    }

    [Fact]
    public void RoundTrip_Metadata()
    {
        var metadata = new Dictionary<string, string> { ["format"] = "elbow", ["quote"] = "\"{}" };
        using var stream = new MemoryStream(Written(new() { ["x"] = Tensor.From(1.0) }, metadata));
        Safetensors.Read(stream, out var read);
        Assert.Equal(metadata.OrderBy(pair => pair.Key), read.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void RoundTrip_NoTensors()
    {
        using var stream = new MemoryStream(Written([]));
        Assert.Empty(Safetensors.Read(stream));
    }

    [Fact]
    public void Write_IsTheSameForTheSameTensorsInAnotherOrder()
    {
        var tensors = Everything();
        Assert.Equal(Written(tensors), Written(tensors.Reverse().ToDictionary()));
    }

    [Fact]
    public void Write_NameTwice_IsRefused()
    {
        var x = Tensor.From(1.0);
        Assert.Throws<ArgumentException>(() => Safetensors.Write(new MemoryStream(), [new("x", x), new("x", x)]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(new MemoryStream(), [new("__metadata__", x)]));
    }

    [Fact]
    public void Write_WhatReadWouldRefuse_IsRefusedBeforeAByteIsWritten()
    {
        var x = Tensor.From(1.0);
        using var stream = new MemoryStream();
        Assert.Throws<ArgumentException>(() => Safetensors.Write(stream, [new("\ud800", x)]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(stream, [new("x", x)], new Dictionary<string, string> { ["k"] = null! }));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(stream, [new("x", x.Reshape([.. Enumerable.Repeat(1L, 65)]))]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(stream, [new("x", x.To(DType.UInt8).Reshape([1]).Expand(3_000_000_000))]));
        Assert.Equal(0, stream.Length);
        Safetensors.Write(stream, [new("\ud83d\ude00", x)]);
        stream.Position = 0;
        Assert.Equal("\ud83d\ude00", Safetensors.Read(stream).Keys.Single());
    }

    [Fact]
    public void Write_AlignsEveryTensorToItsElements()
    {
        var file = Written(Everything());
        foreach (var (_, type, begin) in Offsets(file)) Assert.Equal(0, begin % Width(type));

        static int Width(string type) => type switch { "F64" or "I64" => 8, "F32" or "I32" => 4, "F16" or "BF16" or "I16" => 2, _ => 1 };
    }

    private static IEnumerable<(string Name, string Type, long Begin)> Offsets(byte[] file)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.Equal(0, length % 8);
        using var header = System.Text.Json.JsonDocument.Parse(file.AsMemory(8, length));
        return [.. header.RootElement.EnumerateObject().Select(property =>
            (property.Name, property.Value.GetProperty("dtype").GetString()!, property.Value.GetProperty("data_offsets")[0].GetInt64()))];
    }

    [Fact]
    public void WrittenFile_IsReadByAnIndependentReader()
    {
        const string python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(python) && Run(python, "-c", "import numpy").Code == 0, "needs python3 with numpy");
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Written(new() { ["weight"] = Tensor.From([1f, 2, 3, 4, 5, 6], [2, 3]), ["step"] = Tensor.From([7L], []), ["mask"] = Tensor.From(true, false) }));
            var (code, output) = Run(python, "-c", Reader, path);
            Assert.Equal(0, code);
            Assert.Equal("mask bool [True, False]\nstep int64 7\nweight float32 [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]\n", output);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private const string Reader = """
        import json, struct, sys
        import numpy as np
        types = {"F64": "f8", "F32": "f4", "I64": "i8", "I32": "i4", "U8": "u1", "BOOL": "?"}
        with open(sys.argv[1], "rb") as file:
            header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
            data = file.read()
        for name in sorted(header):
            entry = header[name]
            begin, end = entry["data_offsets"]
            array = np.frombuffer(data[begin:end], types[entry["dtype"]]).reshape(entry["shape"])
            print(name, array.dtype, array.tolist())
        """;

    private static (int Code, string Output) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    [Fact]
    public void Truncation_AtEveryByte_IsRefused()
    {
        var file = Written(Everything(), new() { ["format"] = "elbow" });
        for (var length = 0; length < file.Length; length++) Refused(file[..length]);
    }

    [Fact]
    public void TrailingBytes_AreRefused() => Refused([.. Written(Everything()), 0], "bytes after the last tensor");

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000_001)]
    [InlineData(long.MaxValue)]
    public void HeaderLength_OutOfRange_IsRefused(long claim) => Refused(Relabelled(claim), "the header claims");

    [Fact]
    public void HeaderLength_EveryOtherLie_IsRefused()
    {
        var honest = BinaryPrimitives.ReadInt64LittleEndian(Written(Pair()));
        for (var claim = 0L; claim < honest + 30; claim++)
        {
            if (claim != honest) Refused(Relabelled(claim));
        }
    }

    private static Dictionary<string, Tensor> Pair() => new() { ["a"] = Tensor.From(1.0, 2), ["b"] = Tensor.From(3f) };

    private static byte[] Relabelled(long claim)
    {
        var file = Written(Pair());
        BinaryPrimitives.WriteInt64LittleEndian(file, claim);
        return file;
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}""", "malformed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[5],"data_offsets":[3,8]}}""", "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "byte range")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "byte range")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "byte range")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "disagree")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}""", "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}""", "impossibly large")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,8]}}""", "impossibly large")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,8],"data_offsets":[0,0]}}""", "impossibly large")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}""", "larger than")]
    [InlineData("""{"a":{"dtype":"F32","shape":[200000000],"data_offsets":[0,800000000]}}""", "ends inside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}""", "malformed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "malformed")]
    [InlineData("""{"a":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}""", "malformed")]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", "unknown type F33")]
    [InlineData("""{"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}""", "malformed")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", "malformed")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", "malformed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "malformed")]
    [InlineData("""{"a":7}""", "malformed")]
    [InlineData("""{"__metadata__":7}""", "malformed")]
    [InlineData("""{"__metadata__":{"a":7}}""", "malformed")]
    [InlineData("""{"__metadata__":{"a":null}}""", "is no text")]
    [InlineData("""{"__metadata__":{"a":"b","a":"c"}}""", "malformed")]
    [InlineData("""[1,2]""", "does not begin with {")]
    [InlineData(""" {}""", "does not begin with {")]
    [InlineData("""{"a\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "malformed")]
    [InlineData("""{}}""", "malformed")]
    [InlineData("""{""", "claims 1 bytes")]
    public void Header_ThatLies_IsRefusedWithTheReason(string header, string reason) => Refused(File8(header), reason);

    [Fact]
    public void Header_NestedWithoutEnd_IsRefused() => Refused(File8(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))), "malformed");

    [Fact]
    public void Header_TooManyAxes_IsRefused() =>
        Refused(File8("""{"a":{"dtype":"F64","shape":[SHAPE],"data_offsets":[0,8]}}""".Replace("SHAPE", string.Join(',', Enumerable.Repeat(1, 1000)))), "1000 axes");

    [Fact]
    public void Header_InvalidUtf8_IsRefused()
    {
        var file = File8("""{"?":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""");
        file[Array.IndexOf(file, (byte)'?')] = 0xff;
        Refused(file);
    }

    [Fact]
    public void Truth_OtherThanZeroAndOne_IsRefused() =>
        Refused(File8("""{"a":{"dtype":"BOOL","shape":[8],"data_offsets":[0,8]}}""", 7), "truth values");

    /// <summary>A file with a header and eight bytes of data.</summary>
    private static byte[] File8(string header, byte filling = 0)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. Enumerable.Repeat(filling, 8)];
    }

    [Fact]
    public void RandomDamage_IsRefusedOrHarmless()
    {
        var file = Written(Everything(), new() { ["format"] = "elbow" });
        var header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var random = new Random(1);
        for (var round = 0; round < 5000; round++)
        {
            byte[] damaged = [.. file];
            for (var hits = random.Next(1, 4); hits > 0; hits--) damaged[random.Next(header)] = (byte)random.Next(256);
            using var inner = TensorScope.Open();
            using var stream = new MemoryStream(damaged);
            try
            {
                foreach (var tensor in Safetensors.Read(stream).Values) Assert.Equal(tensor.Count, tensor.To(DType.Float64).ToArray<double>().Length);
            }
            catch (SafetensorsException)
            {
                // The only thing that damage may cause.
            }
        }
    }

    private static void Refused(byte[] file, string reason = "")
    {
        var before = Tensor.LiveCount;
        using var stream = new MemoryStream(file);
        var error = Assert.Throws<SafetensorsException>(() => Safetensors.Read(stream));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Tensor.LiveCount);
    }
}
