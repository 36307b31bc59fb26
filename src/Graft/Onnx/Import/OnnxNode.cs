using Graft.Onnx.Schema;

namespace Graft.Onnx.Import;

/// <summary>A node of the file with its attributes.</summary>
/// <param name="proto">The node.</param>
/// <param name="index">Its number in the file, from 0.</param>
internal sealed class OnnxNode(NodeProto proto, int index)
{
    public NodeProto Proto => proto;

    public string Operator => proto.OpType;

    /// <summary>The name of the first output.</summary>
    public string Output => proto.Output[0];

    /// <summary>How messages call it.</summary>
    public string Name => ImportFault.NameOf(proto, index);

    public int Integer(string name, int otherwise) => Find(name) is { } a ? (int)a.I : otherwise;

    public float Number(string name, float otherwise) => Find(name) is { } a ? a.F : otherwise;

    public string Text(string name, string otherwise) => Find(name) is { } a ? a.S.ToStringUtf8() : otherwise;

    public IReadOnlyList<int>? Integers(string name) => Find(name) is { } a ? [.. a.Ints.Select(i => (int)Math.Clamp(i, int.MinValue, int.MaxValue))] : null;

    /// <summary>What people find it by in a viewer: its name or, without one, that of its first output.</summary>
    public string Label => proto.Name.Length > 0 ? proto.Name : Output;

    public AttributeProto? Find(string name) => proto.Attribute.FirstOrDefault(a => a.Name == name);
}

/// <summary>A node cannot be a layer; the message says what is not supported of it.</summary>
internal sealed class UnsupportedNodeException(string message) : Exception(message);
