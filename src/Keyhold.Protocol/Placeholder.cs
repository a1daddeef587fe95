namespace Keyhold.Protocol; internal static class Placeholder { }
