#include "engine/fold/adoption.h"

namespace cartwheel {

void SetAdoption(AdoptionPass& pass, const Playbook* playbook, CustomerRow next_customer, int64_t now_ms) {
  if (playbook == nullptr || playbook->revision == pass.revision) return;
  pass = {.revision = playbook->revision, .begun_at_ms = now_ms};
  if (playbook->adopts) pass.row_end = CustomerRow(next_customer.value() - 1);
}

void WriteAdoption(const AdoptionPass& pass, ByteWriter& writer) {
  for (const int64_t number : {pass.revision.value(), pass.begun_at_ms, pass.row_done.value(), pass.row_end.value()})
    writer.Signed(number);
}

AdoptionPass ReadAdoption(ByteReader& reader) {
  AdoptionPass pass;
  pass.revision = Revision(reader.Signed());
  pass.begun_at_ms = reader.Signed();
  pass.row_done = CustomerRow(reader.Signed());
  pass.row_end = CustomerRow(reader.Signed());
  return pass;
}

}  // namespace cartwheel
