#include "engine/fold/cast.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "cartwheel/limits.h"

namespace cartwheel {
namespace {

// Bytes of a decoded customer, measured: so many times those of its row, and so many more.
constexpr size_t kMemberShare = 2;
constexpr size_t kMemberOverhead = 800;
constexpr size_t kKeysShare = 8;  // one part in so many of the cache is for identity keys

}  // namespace

size_t Cast::WeighMember(const std::unique_ptr<Member>& member) {
  return kMemberShare * member->weight + kMemberOverhead;
}

// Of three parts two are the generations of the cache, and the third is the spare members.
Cast::Cast(Store* store, size_t cache_bytes)
    : store_(store), members_((cache_bytes - cache_bytes / kKeysShare) / 3 * 2), keys_(cache_bytes / kKeysShare) {}

absl::Status Cast::Summon(const std::vector<std::string_view>& keys) {
  std::vector<std::string> unknown;
  std::vector<int64_t> rows;
  rows.reserve(keys.size());
  for (std::string_view key : keys) {
    if (const int64_t* row = keys_.Find(key); row == nullptr)
      unknown.emplace_back(key);
    else if (*row != 0)
      rows.push_back(*row);
  }
  if (!unknown.empty()) {
    std::sort(unknown.begin(), unknown.end());
    unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());
    ASSIGN_OR_RETURN(std::vector<int64_t> found, store_->Resolve(unknown));
    for (size_t i = 0; i < unknown.size(); ++i) {
      keys_.Put(unknown[i], found[i]);
      if (found[i] != 0) rows.push_back(found[i]);
    }
  }
  return SummonRows(rows);
}

absl::Status Cast::SummonRows(const std::vector<int64_t>& rows) {
  std::vector<int64_t> absent;
  for (int64_t row : rows)
    if (members_.Find(row) == nullptr) absent.push_back(row);
  if (absent.empty()) return absl::OkStatus();
  std::sort(absent.begin(), absent.end());
  absent.erase(std::unique(absent.begin(), absent.end()), absent.end());
  ASSIGN_OR_RETURN(std::vector<std::string> found, store_->Load(absent));
  for (size_t i = 0; i < absent.size(); ++i) {
    std::unique_ptr<Member> member;
    if (spare_.empty())
      member = std::make_unique<Member>();
    else
      member = std::move(spare_.back()), spare_.pop_back();
    member->weight = member->row_bytes_max = found[i].size();
    member->removed = found[i].empty();
    member->broken = false;
    member->unread = found[i];
    member->customer.row = absent[i];
    if (member->removed) member->customer = Customer{.row = absent[i]};
    unread_.push_back(member.get());
    members_.Put(absent[i], std::move(member));
  }
  loaded_.push_back(std::move(found));
  return absl::OkStatus();
}

Member* Cast::Read(Member* member) {
  if (member->unread.empty()) return member;
  const int64_t row = member->customer.row;
  member->broken = !DecodeCustomer(row, std::exchange(member->unread, {}), &member->customer).ok();
  if (member->broken) member->customer = Customer{.row = row};
  return member;
}

Member* Cast::ByKey(std::string_view key) {
  const int64_t* row = keys_.Find(key);
  Member* member = row == nullptr || *row == 0 ? nullptr : ByRow(*row);
  return member == nullptr || member->removed ? nullptr : member;
}

Member* Cast::ByRow(int64_t row) {
  std::unique_ptr<Member>* member = members_.Find(row);
  return member == nullptr ? nullptr : Read(member->get());
}

Member& Cast::Create(int64_t row, const std::string& key, std::string_view id, bool anonymous) {
  auto member = std::make_unique<Member>();
  member->customer.row = row;
  member->customer.id = id;
  member->customer.anonymous = anonymous;
  member->customer.names.push_back(key);
  Member& created = **members_.Put(row, std::move(member));
  Point(key, row);
  Change(created);
  return created;
}

void Cast::Point(const std::string& key, int64_t row) {
  keys_.Put(key, row);
  aliases_.push_back({key, row});
}

void Cast::Change(Member& member) {
  if (member.changed) return;
  member.changed = true;
  changed_.push_back(&member);
}

void Cast::Collect(FoldWrite& write, std::vector<int64_t>& oversize) {
  for (Member* member : changed_) {
    room_.clear();
    if (!member->removed) EncodeCustomer(member->customer, &room_);
    members_.Reweigh(member->weight * kMemberShare, room_.size() * kMemberShare);
    member->weight = member->row_bytes_max = room_.size();
    if (room_.size() > kCustomerBytesMax) oversize.push_back(member->customer.row);
    write.customers.push_back({member->customer.row, room_});
  }
  write.aliases = aliases_;
}

void Cast::Settle() {
  for (Member* member : unread_) Read(member);
  unread_.clear();
  loaded_.clear();
  for (Member* member : changed_) {
    member->changed = false;
    member->decisions.clear();
  }
  changed_.clear();
  aliases_.clear();
  keys_.Age();
  auto forgotten = members_.Age();
  if (forgotten.empty()) return;
  spare_.clear();
  for (auto& [row, member] : forgotten) spare_.push_back(std::move(member));
}

void Cast::Forget() {
  unread_.clear();
  loaded_.clear();
  members_.Clear();
  keys_.Clear();
  changed_.clear();
  aliases_.clear();
}

}  // namespace cartwheel
