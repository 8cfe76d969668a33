using System.Buffers;
using System.Text.Json;

namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>What the caller has of one streamed answer, as far as another deployment's answer is compared with it. Not thread-safe;
/// one per answer.</summary>
internal abstract class StreamTranscript
{
    // In characters. Beyond it no text is kept any more, and a break is told instead of mended.
    private const int Longest = 8 * 1024 * 1024;

    private readonly Dictionary<PieceKey, ArrayBufferWriter<char>> _texts = [];
    private readonly Dictionary<PieceKey, string> _marks = [];
    private readonly List<StreamPiece> _pieces = [];
    private int _length;

    /// <summary>Whether another deployment may go on from here: not behind what cannot be compared.</summary>
    public bool IsContinuable { get; private set; } = true;

    /// <summary>The id under which the caller may ask for the answer later; null where the API keeps none.</summary>
    public virtual string? StoredId => null;

    /// <summary>The texts there are.</summary>
    public IReadOnlyCollection<PieceKey> Texts => _texts.Keys;

    /// <summary>The marks and ends there are.</summary>
    public IReadOnlyCollection<PieceKey> Marks => _marks.Keys;

    /// <summary>Takes in an event that goes to the caller as it came.</summary>
    public void Observe(JsonElement data)
    {
        if (!IsContinuable)
            return;

        _pieces.Clear();
        try
        {
            Read(data, _pieces);
            Note(data);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: such a text cannot be compared.
            IsContinuable = false;
        }

        foreach (var piece in _pieces)
            Add(piece);
        if (!IsContinuable)
            _texts.Clear();
    }

    /// <summary>Splits an event into its pieces.</summary>
    /// <exception cref="InvalidOperationException">A text of it is not valid Unicode.</exception>
    public abstract void Read(JsonElement data, List<StreamPiece> pieces);

    /// <summary>Begins to fit another deployment's stream to this.</summary>
    public abstract StreamSplicer Continue();

    public void Add(StreamPiece piece)
    {
        switch (piece.Kind)
        {
            case PieceKind.Text:
                Append(piece);
                break;
            case PieceKind.Opaque:
                IsContinuable = false;
                break;
            default:
                _marks.TryAdd(piece.Key, piece.Text);
                break;
        }
    }

    public ReadOnlySpan<char> TextAt(PieceKey key) => _texts.TryGetValue(key, out var text) ? text.WrittenSpan : default;

    public string? MarkAt(PieceKey key) => _marks.GetValueOrDefault(key);

    /// <summary>Whether the text was said to its end.</summary>
    public bool IsClosed(PieceKey text) => IsEnded(text.Part) || _marks.ContainsKey(text);

    /// <summary>The parts that bear this mark.</summary>
    public IEnumerable<int> PartsWith(string mark) => _marks.Keys.Where(key => key.Name == mark).Select(key => key.Part);

    /// <summary>Whether the whole part was said to its end.</summary>
    public bool IsEnded(int part) => _marks.ContainsKey(new(part, ""));

    /// <summary>Remembers the names that the caller knows the answer by.</summary>
    protected abstract void Note(JsonElement data);

    private void Append(StreamPiece piece)
    {
        if (_length + piece.Text.Length > Longest)
        {
            IsContinuable = false;
            return;
        }

        if (!_texts.TryGetValue(piece.Key, out var text))
            _texts[piece.Key] = text = new(256);
        text.Write(piece.Text);
        _length += piece.Text.Length;
    }
}
