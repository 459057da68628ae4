// Holds nothing: the precompiled header is made for a file that uses it, and catch_main.cc does not.
