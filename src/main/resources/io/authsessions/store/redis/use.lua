-- KEYS 4 record, 5 ids of the user. ARGV 11 id, 12 user key, 13 presented hash, 14 time of the use or -1.
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
local presented = stands == 'current' and present(rec)
local used = use(rec, tonumber(ARGV[14]))
if presented or used then
  forget(rec)
  writeInPlace(key, rec, id, byUser)
end
return {'live', bytes(rec)}
