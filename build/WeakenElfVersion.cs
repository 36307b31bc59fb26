using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;

/// <summary>
/// Copies a 64-bit little-endian ELF library and marks one version that it needs (say GLIBCXX_3.4.32) as weak, so that the dynamic linker
/// loads it where the version is missing. Always safe: the mark only matters where the version is missing.
/// </summary>
public class WeakenElfVersion : Microsoft.Build.Utilities.Task
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const byte WeakFlag = 2; // VER_FLG_WEAK

    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    [Required]
    public string VersionName { get; set; }

    public override bool Execute()
    {
        byte[] elf = File.ReadAllBytes(Source);
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogError("{0} is not a 64-bit little-endian ELF file.", Source);
            return false;
        }

        long sectionHeaders = BitConverter.ToInt64(elf, 0x28);
        int headerSize = BitConverter.ToUInt16(elf, 0x3A), count = BitConverter.ToUInt16(elf, 0x3C);
        for (int i = 0; i < count; i++)
        {
            int header = (int)(sectionHeaders + (long)i * headerSize);
            if (BitConverter.ToUInt32(elf, header + 4) != SectionTypeVersionNeeds)
            {
                continue;
            }

            int stringSection = BitConverter.ToInt32(elf, header + 40);
            long names = BitConverter.ToInt64(elf, (int)(sectionHeaders + (long)stringSection * headerSize) + 24);
            WeakenNeeds(elf, BitConverter.ToInt64(elf, header + 24), names);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        string temporary = Destination + "." + System.Diagnostics.Process.GetCurrentProcess().Id + ".tmp";
        File.WriteAllBytes(temporary, elf);
        File.Delete(Destination);
        File.Move(temporary, Destination);
        return true;
    }

    private void WeakenNeeds(byte[] elf, long need, long names)
    {
        while (true)
        {
            long entry = need + BitConverter.ToUInt32(elf, (int)need + 8);
            while (true)
            {
                int start = (int)(names + BitConverter.ToUInt32(elf, (int)entry + 8));
                string name = Encoding.ASCII.GetString(elf, start, Array.IndexOf(elf, (byte)0, start) - start);
                if (name == VersionName)
                {
                    elf[entry + 4] |= WeakFlag;
                }

                uint nextEntry = BitConverter.ToUInt32(elf, (int)entry + 12);
                if (nextEntry == 0)
                {
                    break;
                }

                entry += nextEntry;
            }

            uint nextNeed = BitConverter.ToUInt32(elf, (int)need + 12);
            if (nextNeed == 0)
            {
                break;
            }

            need += nextNeed;
        }
    }
}
