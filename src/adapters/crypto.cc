#include "adapters/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr size_t kDigestBytes = 32;

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;
using KeyHandle = Owned<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Number = Owned<BIGNUM, BN_clear_free>;

// For what fails only when memory or random numbers are missing.
void Must(bool done) {
  if (done) return;
  ERR_clear_error();
  throw std::bad_alloc();
}

// A parameter of OpenSSL's reads what it is given, and takes it as not const.
OSSL_PARAM TextParameter(const char* name, const char* text) {
  return OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(text), 0);
}

EVP_MAC_CTX* MakeHmac(OSSL_LIB_CTX* context) {
  const Owned<EVP_MAC, EVP_MAC_free> hmac(EVP_MAC_fetch(context, "HMAC", nullptr));
  const OSSL_PARAM parameters[] = {TextParameter(OSSL_MAC_PARAM_DIGEST, "SHA256"), OSSL_PARAM_construct_end()};
  EVP_MAC_CTX* made = EVP_MAC_CTX_new(hmac.get());
  Must(made != nullptr && EVP_MAC_CTX_set_params(made, parameters) == 1);
  return made;
}

// What makes keys of P-256. For one thread at a time.
KeyContext MakeKeyMaker(OSSL_LIB_CTX* context) {
  const OSSL_PARAM parameters[] = {TextParameter(OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1"), OSSL_PARAM_construct_end()};
  KeyContext maker(EVP_PKEY_CTX_new_from_name(context, "EC", nullptr));
  Must(maker && EVP_PKEY_keygen_init(maker.get()) == 1 && EVP_PKEY_CTX_set_params(maker.get(), parameters) == 1);
  return maker;
}

KeyHandle MakeKey(const KeyContext& maker) {
  EVP_PKEY* key = nullptr;
  Must(EVP_PKEY_generate(maker.get(), &key) == 1);
  return KeyHandle(key);
}

// Algorithms are fetched once: to look one up costs as much as to hash a short text. They live as long as the process.
struct Algorithms {
  OSSL_LIB_CTX* context = OSSL_LIB_CTX_new();
  EVP_MD* sha256 = EVP_MD_fetch(context, "SHA256", nullptr);
  EVP_MD* sha1 = EVP_MD_fetch(context, "SHA1", nullptr);
  EVP_MAC_CTX* hmac_sha256 = MakeHmac(context);  // without a key: copied
  EVP_CIPHER* aes128_gcm = EVP_CIPHER_fetch(context, "AES-128-GCM", nullptr);
  EC_GROUP* p256 = EC_GROUP_new_by_curve_name_ex(context, nullptr, NID_X9_62_prime256v1);
  EVP_PKEY* p256_key = MakeKey(MakeKeyMaker(context)).release();  // others take their curve from it
};
const Algorithms& Common() {
  static const Algorithms* algorithms = [] {
    auto made = std::make_unique<Algorithms>();
    Must(made->sha256 && made->sha1 && made->aes128_gcm && made->p256);
    return made.release();
  }();
  return *algorithms;
}

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

std::string Digested(const EVP_MD* digest, std::string_view bytes) {
  std::string result(static_cast<size_t>(EVP_MD_get_size(digest)), '\0');
  Must(EVP_Digest(bytes.data(), bytes.size(), Bytes(result), nullptr, digest, nullptr) == 1);
  return result;
}

// The private key of a number, and its point.
KeyHandle MakeP256Key(std::string_view point, const BIGNUM* scalar) {
  const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  Must(builder && OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
       OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) &&
       OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar));
  const Owned<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(Common().context, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  Must(parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
       EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) == 1);
  return KeyHandle(key);
}

// Another's public key; null: it is no uncompressed point of P-256. To copy the curve is much faster than to look it up
// by its name, as EVP_PKEY_fromdata does.
KeyHandle ReadPoint(std::string_view point) {
  if (point.size() != kP256PointBytes || point[0] != '\x04') return nullptr;
  KeyHandle key(EVP_PKEY_new());
  Must(key && EVP_PKEY_copy_parameters(key.get(), Common().p256_key) == 1);
  if (EVP_PKEY_set1_encoded_public_key(key.get(), Bytes(point), point.size()) == 1) return key;
  ERR_clear_error();
  return nullptr;
}

// The form that JOSE has: both numbers in 32 bytes each (RFC 7518, section 3.4). OpenSSL writes them as DER.
std::string RawSignature(std::string_view der) {
  const unsigned char* at = Bytes(der);
  const Owned<ECDSA_SIG, ECDSA_SIG_free> parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  Must(parts != nullptr);
  std::string raw(kP256SignatureBytes, '\0');
  constexpr int kHalf = kP256SignatureBytes / 2;
  Must(BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), Bytes(raw), kHalf) == kHalf &&
       BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), Bytes(raw) + kHalf, kHalf) == kHalf);
  return raw;
}

bool IsP256(const EVP_PKEY* key) {
  std::array<char, 32> group = {};
  size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
         std::string_view(group.data(), size) == "prime256v1";
}

// What a key is, for people.
std::string NameOf(const EVP_PKEY* key) {
  if (IsP256(key)) return "a P-256 key";
  if (EVP_PKEY_is_a(key, "RSA") == 1) return fmt::format("an RSA key of {} bits", EVP_PKEY_get_bits(key));
  const char* type = EVP_PKEY_get0_type_name(key);
  return fmt::format("a key of type {}", type == nullptr ? "unknown" : type);
}

// What is expected of a kind of key, for people.
std::string_view Expected(SigningKey::Kind kind) {
  switch (kind) {
    case SigningKey::Kind::kP256:
      return "a P-256 key";
    case SigningKey::Kind::kRsa:
      return "an RSA key of 2048 bits or more";
    case SigningKey::Kind::kEd25519:
      return "an Ed25519 key";
  }
  return {};
}

bool IsOfKind(const EVP_PKEY* key, SigningKey::Kind kind) {
  switch (kind) {
    case SigningKey::Kind::kP256:
      return IsP256(key);
    case SigningKey::Kind::kRsa:
      return EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) >= kRsaBitsMin;
    case SigningKey::Kind::kEd25519:
      return EVP_PKEY_is_a(key, "ED25519") == 1;
  }
  return false;
}

// OpenSSL's own way to ask for a password reads the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

}  // namespace

void SigningKey::Deleter::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

std::string Sha256(std::string_view bytes) { return Digested(Common().sha256, bytes); }
std::string Sha1(std::string_view bytes) { return Digested(Common().sha1, bytes); }

std::string HmacSha256(std::string_view key, std::string_view bytes) {
  thread_local const Owned<EVP_MAC_CTX, EVP_MAC_CTX_free> context(EVP_MAC_CTX_dup(Common().hmac_sha256));
  static constexpr unsigned char kEmpty = 0;  // a null key would be the key of before
  std::string result(kDigestBytes, '\0');
  size_t size = 0;
  Must(context && EVP_MAC_init(context.get(), key.empty() ? &kEmpty : Bytes(key), key.size(), nullptr) == 1 &&
       EVP_MAC_update(context.get(), Bytes(bytes), bytes.size()) == 1 &&
       EVP_MAC_final(context.get(), Bytes(result), &size, result.size()) == 1 && size == result.size());
  return result;
}

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  Must(RAND_bytes_ex(Common().context, Bytes(bytes), count, 0) == 1);
  return bytes;
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string HkdfExtract(std::string_view salt, std::string_view key) { return HmacSha256(salt, key); }

std::string HkdfExpand(std::string_view key, std::string_view info, size_t size) {
  std::string block(info);
  block += '\x01';
  return HmacSha256(key, block).substr(0, size);
}

std::string SealAes128Gcm(std::string_view key, std::string_view nonce, std::string_view plaintext) {
  const Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
  std::string sealed(plaintext.size() + kAesTagBytes, '\0');
  int written = 0, rest = 0;
  Must(key.size() == kAesKeyBytes && nonce.size() == kAesNonceBytes && context &&
       EVP_EncryptInit_ex2(context.get(), Common().aes128_gcm, Bytes(key), Bytes(nonce), nullptr) == 1 &&
       EVP_EncryptUpdate(context.get(), Bytes(sealed), &written, Bytes(plaintext),
                         static_cast<int>(plaintext.size())) == 1 &&
       EVP_EncryptFinal_ex(context.get(), Bytes(sealed) + written, &rest) == 1 &&
       EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kAesTagBytes, Bytes(sealed) + plaintext.size()) == 1);
  return sealed;
}

std::string EncodeHex(std::string_view bytes) { return absl::BytesToHexString(Absl(bytes)); }
std::string EncodeBase64(std::string_view bytes) { return absl::Base64Escape(Absl(bytes)); }
std::string EncodeBase64Url(std::string_view bytes) { return absl::WebSafeBase64Escape(Absl(bytes)); }

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string bytes;
  const bool web_safe = text.find_first_of("-_") != text.npos;
  if (!(web_safe ? absl::WebSafeBase64Unescape(Absl(text), &bytes) : absl::Base64Unescape(Absl(text), &bytes)))
    return std::nullopt;
  return bytes;
}

absl::StatusOr<SigningKey> SigningKey::ReadPem(std::string_view pem, Kind kind) {
  const Owned<BIO, BIO_free> source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Must(source != nullptr);
  Handle key(PEM_read_bio_PrivateKey_ex(source.get(), nullptr, NoPassword, nullptr, Common().context, nullptr));
  ERR_clear_error();
  const std::string_view expected = Expected(kind);
  if (key == nullptr)
    return absl::InvalidArgumentError(
        fmt::format("no private key in PEM that can be read without a password, expected {}", expected));
  if (!IsOfKind(key.get(), kind))
    return absl::InvalidArgumentError(fmt::format("{}, expected {}", NameOf(key.get()), expected));
  return SigningKey(std::move(key), kind);
}

absl::StatusOr<SigningKey> SigningKey::ReadP256(std::string_view scalar) {
  if (scalar.size() != kP256ScalarBytes)
    return absl::InvalidArgumentError(
        fmt::format("{} bytes, expected a P-256 key of {}", scalar.size(), kP256ScalarBytes));
  const EC_GROUP* group = Common().p256;
  const Number number(BN_secure_new());
  Must(number && BN_bin2bn(Bytes(scalar), kP256ScalarBytes, number.get()));
  if (BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(group)) >= 0)
    return absl::InvalidArgumentError("the number is no private key of P-256");
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  const Owned<EC_POINT, EC_POINT_free> point(EC_POINT_new(group));
  std::string encoded(kP256PointBytes, '\0');
  Must(point && EC_POINT_mul(group, point.get(), number.get(), nullptr, nullptr, nullptr) == 1 &&
       EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, Bytes(encoded), encoded.size(), nullptr) ==
           encoded.size());
  KeyHandle key = MakeP256Key(encoded, number.get());
  return SigningKey(Handle(key.release()), Kind::kP256);
}

SigningKey SigningKey::MakeP256() {
  thread_local const KeyContext maker = MakeKeyMaker(Common().context);
  return SigningKey(Handle(MakeKey(maker).release()), Kind::kP256);
}

std::string SigningKey::Sign(std::string_view bytes) const {
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  const char* digest = kind_ == Kind::kEd25519 ? nullptr : "SHA256";
  size_t size = 0;
  Must(context &&
       EVP_DigestSignInit_ex(context.get(), nullptr, digest, Common().context, nullptr, key_.get(), nullptr) == 1 &&
       EVP_DigestSign(context.get(), nullptr, &size, Bytes(bytes), bytes.size()) == 1);
  std::string signature(size, '\0');
  Must(EVP_DigestSign(context.get(), Bytes(signature), &size, Bytes(bytes), bytes.size()) == 1);
  signature.resize(size);
  return kind_ == Kind::kP256 ? RawSignature(signature) : signature;
}

std::string SigningKey::PublicPoint() const {
  std::string point(kP256PointBytes, '\0');
  size_t size = 0;
  Must(EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, Bytes(point), point.size(),
                                       &size) == 1 &&
       size == point.size());
  return point;
}

std::string SigningKey::Scalar() const {
  BIGNUM* number = nullptr;
  Must(EVP_PKEY_get_bn_param(key_.get(), OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1);
  const Number owned(number);
  std::string scalar(kP256ScalarBytes, '\0');
  Must(BN_bn2binpad(number, Bytes(scalar), kP256ScalarBytes) == static_cast<int>(kP256ScalarBytes));
  return scalar;
}

absl::StatusOr<std::string> SigningKey::Agree(std::string_view point) const {
  // That a point is on the curve is checked when it is read; the order of the curve is prime, so that every such point
  // will do.
  const KeyHandle peer = ReadPoint(point);
  if (peer == nullptr) return absl::InvalidArgumentError("expected an uncompressed point of P-256");
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(Common().context, key_.get(), nullptr));
  std::string secret(kP256ScalarBytes, '\0');
  size_t size = secret.size();
  Must(context && EVP_PKEY_derive_init(context.get()) == 1 &&
       EVP_PKEY_derive_set_peer_ex(context.get(), peer.get(), /*validate_peer=*/0) == 1 &&
       EVP_PKEY_derive(context.get(), Bytes(secret), &size) == 1 && size == secret.size());
  return secret;
}

bool VerifyEcdsa(std::string_view public_key, std::string_view bytes, std::string_view signature) {
  const unsigned char* at = Bytes(public_key);
  const KeyHandle key(d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(public_key.size()), Common().context, nullptr));
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  Must(context != nullptr);
  const bool right =
      key != nullptr && EVP_PKEY_is_a(key.get(), "EC") == 1 &&
      EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", Common().context, nullptr, key.get(), nullptr) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(bytes), bytes.size()) == 1;
  ERR_clear_error();
  return right;
}

bool VerifyByCertificate(std::string_view certificate, std::string_view bytes, std::string_view signature, bool sha1) {
  const Owned<BIO, BIO_free> source(BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size())));
  X509* read = X509_new_ex(Common().context, nullptr);
  Must(source != nullptr && read != nullptr);
  const bool readable = PEM_read_bio_X509(source.get(), &read, nullptr, nullptr) != nullptr;
  const Owned<X509, X509_free> owned(read);  // null where the reader has freed it
  EVP_PKEY* key = readable ? X509_get0_pubkey(read) : nullptr;
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  Must(context != nullptr);
  const bool right =
      key != nullptr && EVP_PKEY_is_a(key, "RSA") == 1 &&
      EVP_DigestVerifyInit_ex(context.get(), nullptr, sha1 ? "SHA1" : "SHA256", Common().context, nullptr, key,
                              nullptr) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(bytes), bytes.size()) == 1;
  ERR_clear_error();
  return right;
}

bool IsP256Point(std::string_view point) { return ReadPoint(point) != nullptr; }

std::string CryptoVersion() { return OpenSSL_version(OPENSSL_VERSION); }
void KeepFromCryptoConfig() { OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr); }

}  // namespace cartwheel
