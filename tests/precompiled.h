// As src/precompiled.h, for the files of tests that Catch2 runs.
#pragma once

#include "catch2/catch.hpp"
#include "src/precompiled.h"
