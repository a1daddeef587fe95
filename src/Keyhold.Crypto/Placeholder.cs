namespace Keyhold.Crypto; internal static class Placeholder { }
