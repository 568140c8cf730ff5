"""The commands of the program, one file each, loaded when called."""
