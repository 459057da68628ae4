// Checks signatures of the adapters with OpenSSL itself.
#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <string>
#include <string_view>

namespace cartwheel {

inline const unsigned char* UnsignedBytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// The key of a PEM text, private or public.
inline std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> ReadAnyPem(std::string_view pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* key = pem.find("PUBLIC") == pem.npos ? PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr)
                                                 : PEM_read_bio_PUBKEY(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  return {key, EVP_PKEY_free};
}

inline bool VerifyWith(EVP_PKEY* key, const char* digest, std::string_view text, std::string_view signature) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const bool good =
      EVP_DigestVerifyInit_ex(context, nullptr, digest, nullptr, nullptr, key, nullptr) == 1 &&
      EVP_DigestVerify(context, UnsignedBytes(signature), signature.size(), UnsignedBytes(text), text.size()) == 1;
  EVP_MD_CTX_free(context);
  return good;
}

// A signature of r and s (RFC 7518, section 3.4) with the key whose uncompressed point is given.
inline bool VerifyEs256(std::string_view point, std::string_view text, std::string_view raw) {
  if (raw.size() != 64) return false;
  EVP_PKEY* group = EVP_EC_gen("prime256v1");
  EVP_PKEY* key = EVP_PKEY_new();
  bool good = EVP_PKEY_copy_parameters(key, group) == 1 &&
              EVP_PKEY_set1_encoded_public_key(key, UnsignedBytes(point), point.size()) == 1;
  ECDSA_SIG* parts = ECDSA_SIG_new();
  ECDSA_SIG_set0(parts, BN_bin2bn(UnsignedBytes(raw), 32, nullptr), BN_bin2bn(UnsignedBytes(raw) + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(parts, &der);
  good = good && VerifyWith(key, "SHA256", text, {reinterpret_cast<const char*>(der), static_cast<size_t>(size)});
  OPENSSL_free(der);
  ECDSA_SIG_free(parts);
  EVP_PKEY_free(key);
  EVP_PKEY_free(group);
  return good;
}

}  // namespace cartwheel
