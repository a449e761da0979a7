"""What a run costs beside `ast.parse` of the same files and beside other tools, cold and warm, small and large."""
