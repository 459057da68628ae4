#include "base/codec.h"

#include <limits>

#include "tests/catch.h"

using namespace cartwheel;

TEST_CASE("varints are LEB128") {
  std::string bytes;
  ByteWriter(&bytes).Varint(624485);  // the example of the DWARF standard's appendix
  CHECK(bytes == "\xe5\x8e\x26");
  bytes.clear();
  ByteWriter(&bytes).Signed(-1);
  ByteWriter(&bytes).Signed(1);
  CHECK(bytes == std::string("\x01\x02"));
}

TEST_CASE("fields come back as they were written") {
  std::string bytes;
  ByteWriter writer(&bytes);
  for (uint64_t x : {uint64_t{0}, uint64_t{127}, uint64_t{128}, std::numeric_limits<uint64_t>::max()}) writer.Varint(x);
  for (int64_t x : {std::numeric_limits<int64_t>::min(), int64_t{-64}, int64_t{0}, std::numeric_limits<int64_t>::max()})
    writer.Signed(x);
  writer.Byte(200);
  writer.Fixed64(0x0102030405060708u);
  writer.Double(-0.1);
  writer.Text("text");
  writer.Text("");
  ByteReader reader(bytes);
  CHECK(reader.Varint() == 0);
  CHECK(reader.Varint() == 127);
  CHECK(reader.Varint() == 128);
  CHECK(reader.Varint() == std::numeric_limits<uint64_t>::max());
  CHECK(reader.Signed() == std::numeric_limits<int64_t>::min());
  CHECK(reader.Signed() == -64);
  CHECK(reader.Signed() == 0);
  CHECK(reader.Signed() == std::numeric_limits<int64_t>::max());
  CHECK(reader.Byte() == 200);
  CHECK(reader.Fixed64() == 0x0102030405060708u);
  CHECK(reader.Double() == -0.1);
  CHECK(reader.Text() == "text");
  CHECK(reader.Text().empty());
  CHECK(reader.at_end());
  CHECK(reader.ok());
}

TEST_CASE("a reader never passes its end, and says so once and for all") {
  std::string bytes;
  ByteWriter(&bytes).Text("twelve bytes");
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    ByteReader reader(std::string_view(bytes).substr(0, cut));
    CHECK(reader.Text().empty());
    CHECK_FALSE(reader.ok());
    CHECK(reader.Varint() == 0);
    CHECK(reader.Fixed64() == 0);
    CHECK(reader.at_end());
  }
  ByteReader endless("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
  CHECK(endless.Varint() == 0);
  CHECK_FALSE(endless.ok());
  ByteReader counted(std::string_view("\x05xxxx"));
  CHECK(counted.Count() == 0);
  CHECK_FALSE(counted.ok());
}
