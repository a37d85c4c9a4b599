-- KEYS 4 record, 5 ids of the user. ARGV 11 id, 12 user key, 13 version, 14 label, client and meta as they are to be.
if late() then
  return {'late'}
end
local key, byUser, id = KEYS[4], KEYS[5], ARGV[11]
local rec, answer = living(key, ARGV[12])
if not rec then
  return answer
end
checkIndices(byUser, id)
if rec.version ~= tonumber(ARGV[13]) then
  return {'version', rec.value}
end
local previous = previousMark()
rec.version = rec.version + 1
rec.details = ARGV[14]
forget(rec)
write(key, rec, id, byUser)
announce('updated', id, rec)
publishChange(previous)
return {'updated', bytes(rec)}
