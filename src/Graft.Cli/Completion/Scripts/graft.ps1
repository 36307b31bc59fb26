# Completions of graft for PowerShell. To have them in every shell:  graft completions powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName graft -ScriptBlock {
    param($word, $tree, $position)
    $line = $tree.ToString().PadRight($position - $tree.Extent.StartOffset).Substring(0, $position - $tree.Extent.StartOffset)
    $head = ($line -split '\s')[-1]
    $head = $head.Substring(0, $head.Length - [Math]::Min($word.Length, $head.Length)) # PowerShell replaces what follows a comma only
    & $tree.CommandElements[0].Value complete $line 2>$null | ForEach-Object {
        if ($_.StartsWith(':')) {
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($word)
        }
        else {
            $text, $description = $_ -split "`t", 2
            if ($head -and $text.StartsWith($head)) { $text = $text.Substring($head.Length) }
            $quoted = if ($text -match '[\s(),;''"{}@#&|<>$]') { "'" + $text.Replace("'", "''") + "'" } else { $text }
            if (-not $description) { $description = $text }
            [System.Management.Automation.CompletionResult]::new($quoted, $text, 'ParameterValue', $description)
        }
    }
}
