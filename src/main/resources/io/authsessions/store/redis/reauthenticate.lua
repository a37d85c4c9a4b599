-- KEYS 4 record, 5 ids of the user. ARGV 11 id, 12 user key, 13 presented hash, 14 fresh hash.
if late() then
  return {'late'}
end
local key, byUser, id = KEYS[4], KEYS[5], ARGV[11]
local rec, answer = living(key, ARGV[12])
if not rec then
  return answer
end
checkIndices(byUser, id)
local stands = standing(rec, ARGV[13])
if stands == 'mismatch' then
  return {'absent'}
elseif stands == 'reused' then
  return reuse(key, rec, id, byUser)
end
local previous = previousMark()
use(rec, now)
rec.authenticated = math.max(now, rec.authenticated)
rec.hash = ARGV[14]
rec.version = rec.version + 1
rec.previous, rec.nonce, rec.rotatedAt, rec.presentedAt = nil, nil, nil, nil
write(key, rec, id, byUser)
announce('rotated', id, rec)
publishChange(previous)
return {'live', bytes(rec)}
