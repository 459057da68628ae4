#include "engine/fold/progress.h"

#include "base/codec.h"

namespace cartwheel {

void Progress::SetTarget(const Playbook* playbook, Position cursor, CustomerRow next_customer, int64_t now_ms) {
  back_fill.SetTarget(playbook, cursor);
  SetSchedules(schedules, playbook, now_ms);
  SetAdoption(adoption, playbook, next_customer, now_ms);
  if (playbook != nullptr) KeepEntryPlacesOf(entry_places, *playbook);
}

std::string EncodeProgress(const Progress& progress) {
  std::string bytes;
  ByteWriter writer(&bytes);
  WriteBackFill(progress.back_fill, writer);
  WriteSchedules(progress.schedules, writer);
  WriteAdoption(progress.adoption, writer);
  WriteEntryPlaces(progress.entry_places, writer);
  return bytes;
}

Progress DecodeProgress(std::string_view bytes) {
  Progress progress;
  if (bytes.empty()) return progress;
  ByteReader reader(bytes);
  progress.back_fill = ReadBackFill(reader);
  progress.schedules = ReadSchedules(reader);
  progress.adoption = ReadAdoption(reader);
  progress.entry_places = ReadEntryPlaces(reader);
  return reader.ok() ? progress : Progress();
}

}  // namespace cartwheel
